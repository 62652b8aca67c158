//! Which file LiveKit publishes for which platform, pinned by hash.

/// The version of the PyPI package `livekit` whose library is used on every platform.
pub(crate) const VERSION: &str = "1.2.1";

/// One platform's wheel.
pub(crate) struct Wheel {
    os: &'static str,
    arch: &'static str,
    /// The platform tag to ask pip for.
    pub(crate) tag: &'static str,
    /// The file's name on PyPI.
    pub(crate) file: &'static str,
    /// SHA-256 of the whole file, in lower-case hex.
    pub(crate) sha256: &'static str,
    /// The library's file name inside `livekit/rtc/resources`.
    pub(crate) library: &'static str,
}

const WHEELS: [Wheel; 5] = [
    Wheel {
        os: "linux",
        arch: "x86_64",
        tag: "manylinux_2_28_x86_64",
        file: "livekit-1.2.1-py3-none-manylinux_2_28_x86_64.whl",
        sha256: "c9a0269cc23a889e20f716405a59fbae375a0248ea3d2d043da103cfb0b71711",
        library: "liblivekit_ffi.so",
    },
    Wheel {
        os: "linux",
        arch: "aarch64",
        tag: "manylinux_2_28_aarch64",
        file: "livekit-1.2.1-py3-none-manylinux_2_28_aarch64.whl",
        sha256: "8a3dd36574d5df73dba5baa8fbed97401e25b51ab38822fe2c4769fef994f09d",
        library: "liblivekit_ffi.so",
    },
    Wheel {
        os: "macos",
        arch: "aarch64",
        tag: "macosx_11_0_arm64",
        file: "livekit-1.2.1-py3-none-macosx_11_0_arm64.whl",
        sha256: "571d25d107b70e70b6b435e803554b0124272cc3d85a45998ea75a4eb09b5ab8",
        library: "liblivekit_ffi.dylib",
    },
    Wheel {
        os: "macos",
        arch: "x86_64",
        tag: "macosx_10_15_x86_64",
        file: "livekit-1.2.1-py3-none-macosx_10_15_x86_64.whl",
        sha256: "7c3a09623b059f7d93c0c487ff4ba8b5bdebdfa7f0bd424cccbe655ea70c85f3",
        library: "liblivekit_ffi.dylib",
    },
    Wheel {
        os: "windows",
        arch: "x86_64",
        tag: "win_amd64",
        file: "livekit-1.2.1-py3-none-win_amd64.whl",
        sha256: "a7892d9b7bd2f683c8789026519e84d6931b67dd19507450343e147dff789c2f",
        library: "livekit_ffi.dll",
    },
];

/// The wheel for a target.
///
/// # Errors
/// A text for the user when LiveKit publishes no library for it.
pub(crate) fn for_target(os: &str, arch: &str) -> Result<&'static Wheel, String> {
    WHEELS.iter().find(|wheel| wheel.os == os && wheel.arch == arch).ok_or_else(|| {
        format!(
            "LiveKit publishes no library for {os} on {arch}.\nBuild for Linux (x64, arm64), macOS (arm64, x64) or \
             Windows (x64), or use LiveKit's crate: --features livekit-source."
        )
    })
}
