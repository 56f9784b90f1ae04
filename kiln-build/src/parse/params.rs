//! Reads `struct Params`.

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Fields, GenericArgument, ItemStruct, PathArguments, Type};

use super::Mistakes;
use crate::page::{Container, Field, ParamsStruct};

/// The fields of `struct Params`; `None` where it is no struct that kiln can fill.
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
        Some(Field { name, container: container(&field.ty), span: ident.span() })
    });
    Some(ParamsStruct { fields: fields.collect(), span: item.ident.span() })
}

fn container(ty: &Type) -> Container {
    match outer(ty) {
        Some(("Vec", _)) => Container::Vec,
        Some(("Option", Some(inner))) if container(inner) == Container::Vec => Container::OptionVec,
        Some(("Option", _)) => Container::Option,
        _ => Container::One,
    }
}

/// `Vec` or `Option` and what stands between its angle brackets.
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
