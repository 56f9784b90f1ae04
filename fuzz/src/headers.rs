//! The headers that kiln parses itself: hosts, and ranges of files.

use kiln::private::fuzzing::{authority, range};

/// Checks a header as a host, and as a range.
pub fn check(bytes: &[u8]) {
    check_authority(bytes);
    for length in [0, 1, 10, u64::MAX] {
        if let Some((first, last)) = range(bytes, length) {
            assert!(first <= last && last < length, "{first}-{last} of {length}");
            let again = range(format!("bytes={first}-{last}").as_bytes(), length);
            assert_eq!(again, Some((first, last)), "the same range is another");
        }
    }
}

fn check_authority(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Some(shown) = authority(text) else { return };
    assert_eq!(authority(&shown).as_ref(), Some(&shown), "{shown} is read in another way");
    let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:[]".contains(&byte);
    assert!(shown.bytes().all(is_of_host), "{shown}");
    assert!(!shown.contains("..") && !shown.starts_with(['.', ':']), "{shown}");
}
