//! EXIF: the orientation of a photograph, and whether it says where it was taken.

/// How a stored image is turned to be shown, as EXIF numbers it from 1 to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Orientation(u8);

impl Default for Orientation {
    fn default() -> Self {
        Orientation(1)
    }
}

impl Orientation {
    /// Whether width and height change places.
    pub(crate) fn swaps(self) -> bool {
        self.0 >= 5
    }

    /// The number in EXIF.
    #[cfg(feature = "images")]
    pub(crate) fn number(self) -> u8 {
        self.0
    }
}

/// What EXIF says of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Exif {
    pub(super) orientation: Orientation,
    pub(super) has_location: bool,
}

const ORIENTATION: u16 = 0x0112;
const GPS: u16 = 0x8825;
const LATITUDE: u16 = 0x0002;
const LONGITUDE: u16 = 0x0004;

/// Reads EXIF, with or without the `Exif` that JPEG puts in front. Like browsers, it ignores EXIF that it cannot read.
pub(super) fn read(bytes: &[u8]) -> Exif {
    read_tiff(bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes)).unwrap_or_default()
}

fn read_tiff(bytes: &[u8]) -> Option<Exif> {
    let is_little = match bytes.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let tiff = Tiff { bytes, is_little };
    let mut exif = Exif::default();
    for (tag, value) in tiff.fields(tiff.long(4)?)? {
        match tag {
            ORIENTATION => {
                let number = tiff.short(value).and_then(|number| u8::try_from(number).ok());
                exif.orientation =
                    Orientation(number.filter(|number| (1..=8).contains(number)).unwrap_or(1));
            }
            GPS => exif.has_location = tiff.long(value).is_some_and(|at| tiff.has_coordinates(at)),
            _ => {}
        }
    }
    Some(exif)
}

/// The structure that EXIF is stored in.
struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl Tiff<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_little { u16::from_le_bytes(*bytes) } else { u16::from_be_bytes(*bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..)?.first_chunk()?;
        let long =
            if self.is_little { u32::from_le_bytes(*bytes) } else { u32::from_be_bytes(*bytes) };
        usize::try_from(long).ok()
    }

    /// The fields of a directory that the file has whole: each with its tag, and the place of its value.
    fn fields(&self, at: usize) -> Option<impl Iterator<Item = (u16, usize)>> {
        let count = usize::from(self.short(at)?);
        let fields = (0..count).map_while(move |index| {
            let field = at.checked_add(2 + 12 * index)?;
            Some((self.short(field)?, field + 8))
        });
        Some(fields)
    }

    fn has_coordinates(&self, at: usize) -> bool {
        self.fields(at)
            .is_some_and(|mut fields| fields.any(|(tag, _)| matches!(tag, LATITUDE | LONGITUDE)))
    }
}
