pub fn get() {}
