//! The C library's own functions, behind the ones that this crate replaces.

/// `real!(close: fn(c_int) -> c_int)` is the next definition of that symbol after ours, looked up once.
macro_rules! real {
    ($name:ident : fn($($argument:ty),*) -> $result:ty) => {{
        static FOUND: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let mut address = FOUND.load(std::sync::atomic::Ordering::Relaxed);
        if address == 0 {
            let symbol = concat!(stringify!($name), "\0");
            // SAFETY: the name ends with a zero byte; RTLD_NEXT is a valid pseudo handle.
            address = unsafe { libc::dlsym(libc::RTLD_NEXT, symbol.as_ptr().cast()) } as usize;
            FOUND.store(address, std::sync::atomic::Ordering::Relaxed);
        }
        // A null address (no such symbol) becomes `None`.
        // SAFETY: the type stated is the symbol's, and an optional function pointer may be null.
        let function: Option<unsafe extern "C" fn($($argument),*) -> $result> = unsafe { std::mem::transmute(address) };
        function
    }};
}

pub(crate) use real;
