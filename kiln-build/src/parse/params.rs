//! Reads `struct Params`.

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Fields, GenericArgument, ItemStruct, PathArguments, Type};

use super::Mistakes;
use crate::page::{Container, Field, ParamsStruct};

/// The fields of `struct Params`; `None` if kiln cannot fill it.
pub(super) fn read(item: &ItemStruct, mistakes: &mut Mistakes<'_>) -> Option<ParamsStruct> {
    super::check_public(&item.vis, "struct Params", item.ident.span(), mistakes);
    if !item.generics.params.is_empty() {
        mistakes.report(
            item.generics.span(),
            "`struct Params` cannot be generic",
            "write the type of each field out: `pub struct Params { pub slug: String }`",
        );
        return None;
    }
    let fields = match &item.fields {
        Fields::Named(fields) => Some(&fields.named),
        Fields::Unit => None,
        Fields::Unnamed(fields) => {
            mistakes.report(
                fields.span(),
                "the fields of `struct Params` need names",
                "name each after its bracket in the file name: `pub struct Params { pub slug: String }`",
            );
            return None;
        }
    };
    let fields = fields.into_iter().flatten().filter_map(|field| {
        let ident = field.ident.as_ref()?;
        let name = ident.unraw().to_string();
        if !super::is_public(&field.vis) {
            mistakes.report(
                ident.span(),
                format!("the field `{name}` of `struct Params` must be `pub`"),
                format!("write `pub {name}`: kiln fills it from outside of the page"),
            );
        }
        check_type(&name, &field.ty, mistakes);
        let primitive = primitive(&field.ty);
        Some(Field { name, container: container(&field.ty), primitive, span: ident.span() })
    });
    Some(ParamsStruct { fields: fields.collect(), span: item.ident.span() })
}

/// Reports a type that cannot be parsed from text, as far as its syntax shows.
fn check_type(name: &str, ty: &Type, mistakes: &mut Mistakes<'_>) {
    let reason = match ty {
        Type::Reference(_) => "is a reference, and a param is owned by the page",
        Type::Tuple(_) | Type::Array(_) | Type::Slice(_) => {
            "cannot be read from the text of a path"
        }
        _ => return,
    };
    mistakes.report(
        ty.span(),
        format!("the type of the field `{name}` {reason}"),
        format!("write `pub {name}: String`, or another type that has `Display` and `FromStr`"),
    );
}

/// Types that are a single value and never several segments.
const PRIMITIVES: [&str; 16] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
    "f64", "bool", "char",
];

/// The name of a type that is one of [`PRIMITIVES`], or an `Option` or a `NonZero` of one.
fn primitive(ty: &Type) -> Option<String> {
    if let Some(("Option", Some(inner))) = outer(ty) {
        return primitive(inner);
    }
    let Type::Path(path) = ty else { return None };
    let name = path.path.segments.last()?.ident.to_string();
    let is_primitive = PRIMITIVES.contains(&&*name) || name.starts_with("NonZero");
    is_primitive.then_some(name)
}

fn container(ty: &Type) -> Container {
    match outer(ty) {
        Some(("Vec", _)) => Container::Vec,
        Some(("Option", Some(inner))) if container(inner) == Container::Vec => Container::OptionVec,
        Some(("Option", _)) => Container::Option,
        _ => Container::One,
    }
}

/// `Vec` or `Option`, and its argument.
fn outer(ty: &Type) -> Option<(&'static str, Option<&Type>)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let name = ["Vec", "Option"].into_iter().find(|name| last.ident == name)?;
    let inner = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(GenericArgument::Type(inner)) => Some(inner),
            _ => None,
        },
        _ => None,
    };
    Some((name, inner))
}
