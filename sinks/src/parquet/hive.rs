//! Tables in folders that say what is in them: `TABLE/dt=DAY/sensor=NUMBER/part-NAME-1.parquet`, as Hive has them, so that
//! readers that want some days open the files of these days only.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowz_api::column::{Schema, Type};
use flowz_api::record::Record;
use flowz_api::sink::{Destination, Executor, SinkError};
use flowz_api::table::Table;
use flowz_api::value::Value;

use super::writer::Plan;
use crate::columnar::table::ColumnarTable;
use crate::common::file::Form;
use crate::common::format::datetime;
use crate::common::rotating_file::RotatingFile;
use crate::common::tables::Rows;

/// Days whose files are written at the same time; the values of each use a part of the memory.
pub(super) const OPEN: usize = 4;

/// Most files of a table; rows of further days go to the folder of rows without a day.
const MOST_FILES: usize = 64;

/// What Hive calls the folder of rows that have no day.
const NO_DAY: &str = "__HIVE_DEFAULT_PARTITION__";

/// A day since 1970; none for rows without a moment.
type Day = Option<i64>;

/// A table in folders.
#[derive(Debug)]
pub(super) struct HiveTable {
    place: Place,
    plan: Arc<Plan>,
    /// Which column is a row's moment, if one is.
    moment: Option<usize>,
    executor: Option<Arc<dyn Executor>>,
    /// Files that take rows, the one that took the last row behind.
    open: VecDeque<(Day, ColumnarTable)>,
    /// Files that take no more rows, and have no name yet.
    complete: Vec<ColumnarTable>,
    /// The days of all files, one for each file.
    days: Vec<Day>,
}

/// Where the files are.
#[derive(Debug)]
struct Place {
    destination: Destination,
    /// Folder of the table.
    folder: PathBuf,
    /// `part-`, and the last part of the prefix.
    name: OsString,
    sensor: String,
    /// Folders that this table has made or found, inner ones first.
    folders: Vec<PathBuf>,
}

impl HiveTable {
    /// No files yet.
    pub(super) fn new(table: &Table, destination: &Destination, sensor: &str, plan: Plan) -> Self {
        let prefix = &destination.prefix;
        let is_folder = prefix.as_os_str().as_encoded_bytes().ends_with(b"/");
        let (parent, last) = match prefix.file_name() {
            Some(last) if !is_folder => (prefix.parent().unwrap_or(Path::new("")), Some(last)),
            _ => (prefix.as_path(), None),
        };
        let mut name = OsString::from("part-");
        if let Some(last) = last {
            name.push(last);
            name.push("-");
        }
        let is_moment = |ty: Type| match ty {
            Type::Option(of) => matches!(of, Type::Time | Type::MicroTime),
            ty => matches!(ty, Type::Time | Type::MicroTime),
        };
        let place = Place {
            destination: destination.clone(),
            folder: parent.join(table.name),
            name,
            sensor: if sensor.is_empty() { NO_DAY.to_owned() } else { sensor.to_owned() },
            folders: Vec::new(),
        };
        Self {
            place,
            plan: Arc::new(plan),
            moment: table.schema.columns.iter().position(|column| is_moment(column.ty)),
            executor: None,
            open: VecDeque::new(),
            complete: Vec::new(),
            days: Vec::new(),
        }
    }

    /// The day of a row.
    fn day(&self, schema: &Schema, record: &Record) -> Day {
        match record.values(&schema.columns).nth(self.moment?)? {
            Value::Time(seconds, fraction) => {
                let (seconds, _) = datetime::from_1970(seconds, fraction);
                Some(seconds.div_euclid(datetime::DAY))
            }
            _ => None,
        }
    }

    /// The file of a day, which is the last one that is open then.
    fn file(&mut self, day: Day) -> Result<&mut ColumnarTable, SinkError> {
        let is_known = |day| self.open.iter().any(|(open, _)| *open == day);
        // One file is left for rows without a day.
        let day = if self.days.len() + 1 < MOST_FILES || is_known(day) { day } else { None };
        let place = self.open.iter().position(|(open, _)| *open == day);
        let file = match place.and_then(|place| self.open.remove(place)) {
            Some((_, file)) => file,
            None => self.open_file(day)?,
        };
        self.open.push_back((day, file));
        // Just pushed.
        self.open.back_mut().map(|(_, file)| file).ok_or(SinkError::Closed)
    }

    /// Opens a file, and completes another one if too many are open. That of rows without a day stays open.
    fn open_file(&mut self, day: Day) -> Result<ColumnarTable, SinkError> {
        let dated = self.open.iter().filter(|(open, _)| open.is_some()).count();
        let oldest = self.open.iter().position(|(open, _)| open.is_some());
        if dated >= OPEN
            && let Some((_, mut file)) = oldest.and_then(|place| self.open.remove(place))
        {
            file.prepare()?;
            self.complete.push(file);
        }
        let number = 1 + self.days.iter().filter(|other| **other == day).count();
        let mut file = ColumnarTable::new(self.place.create(day, number, &self.plan)?);
        if let Some(executor) = &self.executor {
            file.use_executor(executor);
        }
        self.days.push(day);
        Ok(file)
    }

    fn each(
        &mut self,
        mut step: impl FnMut(&mut ColumnarTable) -> Result<(), SinkError>,
    ) -> Result<(), SinkError> {
        let mut first = Ok(());
        for file in self.complete.iter_mut().chain(self.open.iter_mut().map(|(_, file)| file)) {
            let outcome = step(file);
            first = first.and(outcome);
        }
        first
    }
}

impl Place {
    /// Makes a file and the folders in which it is.
    fn create(
        &mut self,
        day: Day,
        number: usize,
        plan: &Arc<Plan>,
    ) -> Result<RotatingFile, SinkError> {
        let day = day.map_or_else(
            || NO_DAY.to_owned(),
            |day| {
                let (year, month, day) = datetime::civil(day);
                format!("{year:04}-{month:02}-{day:02}")
            },
        );
        let of_day = self.folder.join(format!("dt={day}"));
        let inner = of_day.join(format!("sensor={}", self.sensor));
        fs::create_dir_all(&inner).map_err(|error| SinkError::io("create", &inner, error))?;
        let destination =
            Destination { prefix: inner.join(&self.name), ..self.destination.clone() };
        self.folders.extend([inner, of_day]);
        let form = Form::Made(Arc::clone(plan) as Arc<_>);
        RotatingFile::single_as(&destination, &format!("{number}.parquet"), &form)
    }
}

impl Drop for Place {
    /// Folders in which there is nothing disappear.
    fn drop(&mut self) {
        for folder in &self.folders {
            let _ = fs::remove_dir(folder);
        }
        let _ = fs::remove_dir(&self.folder);
    }
}

impl Drop for HiveTable {
    /// The files first, so that their folders are empty if they were not finished.
    fn drop(&mut self) {
        self.open.clear();
        self.complete.clear();
    }
}

impl Rows for HiveTable {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        let day = self.day(schema, record);
        self.file(day)?.row(schema, record)
    }

    fn size(&self) -> u64 {
        let open = self.open.iter().map(|(_, file)| file);
        self.complete.iter().chain(open).map(Rows::size).sum()
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.executor = Some(Arc::clone(executor));
        self.open.iter_mut().for_each(|(_, file)| file.use_executor(executor));
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        self.each(Rows::flush)
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.each(Rows::prepare)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.each(Rows::finish)
    }
}
