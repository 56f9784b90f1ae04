pub const PRERENDER: bool = false;
pub const REVALIDATE: u64 = 3600;

pub fn get() -> Vec<u8> {
    b"<svg/>\n".to_vec()
}
