//! State of a run that another run goes on with (`flowz extract --checkpoint`, `--resume`).
//!
//! [`derive(Checkpoint)`](macro@crate::Checkpoint) makes the state of a flow one that can be written and read back,
//! [`derive(Resume)`](macro@crate::Resume) the plugin itself: what it has counted is read back, its settings stay those of the new run. A
//! plugin that has both says so with [`Plugin::CHECKPOINT`](crate::plugin::Plugin::CHECKPOINT).
//!
//! The bytes mean nothing without the program that wrote them: who reads them back is the same build with the same settings, which
//! whoever keeps the file has to check, as well as that no byte of it has changed. Reading takes no more memory than the bytes are
//! long; whether values of a forged file fit together is not looked at.

mod collections;
mod reader;
mod values;
mod writer;

pub use reader::{LoadError, Reader};
pub use values::within;
pub use writer::Writer;

use crate::merge::Largest;
use crate::plugin::Plugin;
use crate::status::{FlowStat, Mark};

/// A value that can be written and read back.
pub trait Checkpoint: Sized {
    /// Writes it.
    fn save(&self, out: &mut Writer<'_>);

    /// Reads one.
    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError>;

    /// Writes several; types whose values are bytes do that at once.
    fn save_all(items: &[Self], out: &mut Writer<'_>) {
        for item in items {
            item.save(out);
        }
    }

    /// Reads so many.
    fn load_all(count: usize, from: &mut Reader<'_>) -> Result<Vec<Self>, LoadError> {
        // A count that is wrong must not ask for more memory than there are bytes.
        let mut all = Vec::with_capacity(count.min(from.most(size_of::<Self>())));
        for _ in 0..count {
            all.push(Self::load(from)?);
        }
        Ok(all)
    }
}

/// A value that a new run has made, and that takes over from an earlier one what is no setting.
pub trait Resume {
    /// Writes what the next run takes over.
    fn save(&self, out: &mut Writer<'_>);

    /// Takes it over.
    fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError>;
}

/// Makes types of the crate `bitflags` ones that can be written and read back.
#[macro_export]
macro_rules! checkpoint_bits {
    ($($name:ty),*) => {$(
        impl $crate::checkpoint::Checkpoint for $name {
            fn save(&self, out: &mut $crate::checkpoint::Writer<'_>) {
                $crate::checkpoint::Checkpoint::save(&self.bits(), out);
            }

            fn load(
                from: &mut $crate::checkpoint::Reader<'_>,
            ) -> ::std::result::Result<Self, $crate::checkpoint::LoadError> {
                $crate::checkpoint::Checkpoint::load(from).map(Self::from_bits_retain)
            }
        }
    )*};
}

crate::checkpoint_bits!(FlowStat, Mark);

/// Parts of a plugin that are no settings but all state: what can be written and read back replaces them.
#[macro_export]
macro_rules! resume_whole {
    ($($name:ty),*) => {$(
        impl $crate::checkpoint::Resume for $name {
            fn save(&self, out: &mut $crate::checkpoint::Writer<'_>) {
                $crate::checkpoint::Checkpoint::save(self, out);
            }

            fn resume(
                &mut self,
                from: &mut $crate::checkpoint::Reader<'_>,
            ) -> ::std::result::Result<(), $crate::checkpoint::LoadError> {
                *self = $crate::checkpoint::Checkpoint::load(from)?;
                Ok(())
            }
        }
    )*};
}

impl<T: Checkpoint, W: Checkpoint> Resume for Largest<T, W> {
    fn save(&self, out: &mut Writer<'_>) {
        Checkpoint::save(self, out);
    }

    fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        *self = Self::load(from)?;
        Ok(())
    }
}

/// How a plugin and the states of its flows are written and read back.
pub struct PluginCheckpoint<P: Plugin> {
    /// Writes the plugin.
    pub save: fn(&P, &mut Writer<'_>),
    /// Takes over what an earlier run has written.
    pub resume: fn(&mut P, &mut Reader<'_>) -> Result<(), LoadError>,
    /// Writes the state of a flow.
    pub save_flow: fn(&P::Flow, &mut Writer<'_>),
    /// Reads one.
    pub load_flow: fn(&mut Reader<'_>) -> Result<P::Flow, LoadError>,
}

impl<P: Plugin + Resume> PluginCheckpoint<P>
where
    P::Flow: Checkpoint,
{
    /// As the derives say.
    pub const DERIVED: Self = Self {
        save: <P as Resume>::save,
        resume: <P as Resume>::resume,
        save_flow: <P::Flow as Checkpoint>::save,
        load_flow: <P::Flow as Checkpoint>::load,
    };
}

impl<P: Plugin> std::fmt::Debug for PluginCheckpoint<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(P::INFO.name)
    }
}

#[cfg(test)]
mod tests;
