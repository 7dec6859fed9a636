//! How a plugin in a shared object presents itself to the program.
//!
//! Object and program are linked each with its own copy of this crate, and what passes between them
//! are plain Rust types. Those have the same layout only if compiler, target and the sources of this
//! crate are the same. The [`STAMP`] names all three; the loader compares it before it uses anything
//! else. From then on:
//!
//! - Entries go over as a slice. `inventory` ends at the border: each side sees its own list only.
//! - Statics exist twice. Nothing here may depend on the address of one.
//! - What one side has allocated, the other may grow and drop: both use the system's allocator.
//! - A panic must not cross the border: it is caught on its own side, and raised again on the other.
//!
//! Authors write one line, [`export_plugins!`](crate::export_plugins), and need no unsafe code.

/// Version and fingerprint of this crate, compiler, target; separated by [`SEPARATOR`].
pub const STAMP: &str = concat!(
    "flowz-api ",
    env!("CARGO_PKG_VERSION"),
    " (sources ",
    env!("FLOWZ_SOURCES"),
    "); ",
    env!("FLOWZ_COMPILER"),
    "; ",
    env!("FLOWZ_TARGET")
);

/// What stands between the parts of a stamp.
pub const SEPARATOR: &str = "; ";

/// Name of the function that yields the stamp: `extern "C" fn() -> Slice<u8>`.
pub const STAMP_SYMBOL: &str = "flowz_abi_stamp";

/// Name of the function that yields the plugins: `extern "C" fn() -> Slice<PluginEntry>`.
pub const PLUGINS_SYMBOL: &str = "flowz_plugins";

/// A slice that lives as long as the program, in a form that C knows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Slice<T: 'static> {
    /// Its first element.
    pub start: *const T,
    /// Number of elements.
    pub len: usize,
}

impl<T> Slice<T> {
    /// The slice, taken apart.
    pub const fn from_slice(slice: &'static [T]) -> Self {
        Self { start: slice.as_ptr(), len: slice.len() }
    }
}

/// Exports plugins from a shared object (`crate-type = ["cdylib"]`): once per object, with all its
/// plugins.
///
/// ```
/// # mod author {
/// # use flowz_api::prelude::*;
/// # #[derive(Toggles, Clone, Debug)]
/// # struct None {}
/// # #[derive(Row, Debug)]
/// # #[row(toggles = None)]
/// # struct Empty {}
/// # #[derive(Merge, Debug)]
/// # struct MyPlugin {}
/// # impl Plugin for MyPlugin {
/// #     const INFO: Info = Info::new("my", 700, "");
/// #     type Toggles = None;
/// #     type Flow = ();
/// #     type Row<'a> = Empty;
/// #     type PacketRow<'a> = Empty;
/// #     fn new(_: &mut PluginSetup<'_, None>) -> Result<Self, PluginError> { Ok(Self {}) }
/// #     fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a ()) -> Empty { Empty {} }
/// #     fn on_flow_end<'a>(
/// #         &'a mut self, _: &'a mut EndContext<'_>, _: &'a mut (), _: Option<&'a mut ()>,
/// #     ) -> Empty { Empty {} }
/// # }
/// flowz_api::export_plugins!(MyPlugin);
/// # }
/// ```
#[macro_export]
macro_rules! export_plugins {
    ($($plugin:ty),+ $(,)?) => {
        /// What this object was built with.
        #[unsafe(no_mangle)]
        pub extern "C" fn flowz_abi_stamp() -> $crate::abi::Slice<u8> {
            $crate::abi::Slice::from_slice($crate::abi::STAMP.as_bytes())
        }

        /// The plugins in this object.
        #[unsafe(no_mangle)]
        pub extern "C" fn flowz_plugins() -> $crate::abi::Slice<$crate::registry::PluginEntry> {
            const ENTRIES: &[$crate::registry::PluginEntry] =
                &[$($crate::registry::PluginEntry::guarded::<$plugin>()),+];
            $crate::abi::Slice::from_slice(ENTRIES)
        }
    };
}

#[cfg(test)]
mod tests {
    use super::{SEPARATOR, STAMP};

    #[test]
    fn stamp_names_crate_compiler_and_target() {
        let parts: Vec<_> = STAMP.split(SEPARATOR).collect();
        let [api, compiler, target] = parts[..] else { panic!("three parts: {STAMP}") };
        assert!(api.starts_with(concat!("flowz-api ", env!("CARGO_PKG_VERSION"), " (")), "{api}");
        assert!(compiler.starts_with("rustc 1."), "{compiler}");
        assert!(target.contains(std::env::consts::ARCH), "{target}");
    }
}
