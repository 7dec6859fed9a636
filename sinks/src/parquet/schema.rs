//! The schema of a table in the words of Parquet, from its schema in those of Arrow.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema};
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::{Type, TypePtr};

/// The schema.
pub(super) fn parquet(schema: &Schema) -> Result<TypePtr> {
    let fields = schema.fields().iter().map(|field| node(field)).collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(Type::group_type_builder("schema").with_fields(fields).build()?))
}

/// A field, or a group of fields.
fn node(field: &Field) -> Result<TypePtr> {
    let repetition = if field.is_nullable() { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let group = |name| Type::group_type_builder(name).with_repetition(repetition);
    let node = match field.data_type() {
        DataType::Struct(parts) => {
            let parts = parts.iter().map(|part| node(part)).collect::<Result<Vec<_>>>()?;
            group(field.name()).with_fields(parts).build()?
        }
        DataType::List(item) => {
            let list = Type::group_type_builder("list").with_repetition(Repetition::REPEATED);
            let list = list.with_fields(vec![node(item)?]).build()?;
            let outer = group(field.name()).with_logical_type(Some(LogicalType::List));
            outer.with_fields(vec![Arc::new(list)]).build()?
        }
        simple => {
            let (physical, logical) = types(simple)?;
            let leaf = Type::primitive_type_builder(field.name(), physical);
            leaf.with_repetition(repetition).with_logical_type(logical).build()?
        }
    };
    Ok(Arc::new(node))
}

/// How a simple type is stored, and what it means.
fn types(ty: &DataType) -> Result<(Physical, Option<LogicalType>)> {
    let integer = |bits, signed| Some(LogicalType::integer(bits, signed));
    Ok(match ty {
        DataType::UInt8 => (Physical::INT32, integer(8, false)),
        DataType::UInt16 => (Physical::INT32, integer(16, false)),
        DataType::UInt32 => (Physical::INT32, integer(32, false)),
        DataType::UInt64 => (Physical::INT64, integer(64, false)),
        DataType::Int8 => (Physical::INT32, integer(8, true)),
        DataType::Int16 => (Physical::INT32, integer(16, true)),
        DataType::Int32 => (Physical::INT32, integer(32, true)),
        DataType::Int64 => (Physical::INT64, integer(64, true)),
        DataType::Float32 => (Physical::FLOAT, None),
        DataType::Float64 => (Physical::DOUBLE, None),
        DataType::Timestamp(..) => {
            (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::NANOS)))
        }
        // Parquet has no type for it; the schema of Arrow in the file's metadata says what it is.
        DataType::Duration(_) => (Physical::INT64, None),
        DataType::Utf8 => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        DataType::Binary => (Physical::BYTE_ARRAY, None),
        other => return Err(ParquetError::NYI(format!("columns of the type {other}"))),
    })
}
