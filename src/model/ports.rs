//! Inputs and outputs of an ONNX graph, with every shape fixed.
//!
//! Takes what the file declares, gives pictures `[1, C, H, W]` or a refusal in a sentence.

use std::collections::{BTreeMap, HashSet};

use tract_onnx::pb;

use super::Port;
use super::error::Refusal;

/// The most channels an input may have.
pub const MAX_CHANNELS: usize = 32;
/// The most pixels along one side of an input.
pub const MAX_SIDE: usize = 4096;

const FLOAT: i32 = pb::tensor_proto::DataType::Float as i32;
const HALF: i32 = pb::tensor_proto::DataType::Float16 as i32;

/// One input of a checked graph.
pub(super) struct Input {
    /// Name and static shape.
    pub port: Port,
    /// Half precision in the graph.
    pub half: bool,
}

/// One output of a checked graph.
pub(super) struct Output {
    /// Name in the graph.
    pub name: String,
    /// Half precision in the graph.
    pub half: bool,
}

/// Element type and dimensions of a port.
fn tensor_type(info: &pb::ValueInfoProto) -> Result<&pb::type_proto::Tensor, Refusal> {
    let value = info.r#type.as_ref().and_then(|kind| kind.value.as_ref());
    let Some(pb::type_proto::Value::TensorType(tensor)) = value else {
        return Err(Refusal::Because(format!(
            "`{}` is not a tensor; every input and output must be one",
            info.name
        )));
    };
    if !matches!(tensor.elem_type, FLOAT | HALF) {
        return Err(Refusal::Because(format!(
            "`{}` does not hold floating-point numbers; inputs and outputs must be float32 or float16",
            info.name
        )));
    }
    Ok(tensor)
}

/// Name and kind of an output.
pub(super) fn output(info: &pb::ValueInfoProto) -> Result<Output, Refusal> {
    let half = tensor_type(info)?.elem_type == HALF;
    Ok(Output {
        name: info.name.clone(),
        half,
    })
}

/// The inputs that are not initialisers, with static shapes `[1, C, H, W]`.
pub(super) fn inputs(
    graph: &pb::GraphProto,
    size: [usize; 2],
    dimensions: &mut BTreeMap<String, usize>,
) -> Result<Vec<Input>, Refusal> {
    let weights: HashSet<&str> = graph
        .initializer
        .iter()
        .map(|tensor| tensor.name.as_str())
        .collect();
    let free = graph
        .input
        .iter()
        .filter(|info| !weights.contains(info.name.as_str()));
    free.map(|info| {
        let tensor = tensor_type(info)?;
        let shape = static_shape(info, tensor, size, dimensions)?;
        Ok(Input {
            port: Port {
                name: info.name.clone(),
                shape,
            },
            half: tensor.elem_type == HALF,
        })
    })
    .collect()
}

fn static_shape(
    info: &pb::ValueInfoProto,
    tensor: &pb::type_proto::Tensor,
    size: [usize; 2],
    dimensions: &mut BTreeMap<String, usize>,
) -> Result<Vec<usize>, Refusal> {
    use pb::tensor_shape_proto::dimension::Value;
    let name = &info.name;
    let dims = tensor.shape.as_ref().map_or(&[][..], |shape| &shape.dim[..]);
    if dims.len() != 4 {
        return Err(Refusal::Because(format!(
            "input `{name}` has {} dimensions; a picture is [1, channels, height, width]",
            dims.len()
        )));
    }
    let mut shape = Vec::with_capacity(4);
    for (axis, dim) in dims.iter().enumerate() {
        let fixed = match axis {
            0 => 1,
            1 => 0, // the channels must stand in the file
            _ => size[axis - 2],
        };
        let length = match &dim.value {
            Some(Value::DimValue(value)) if *value > 0 => usize::try_from(*value).unwrap_or(usize::MAX),
            Some(Value::DimParam(symbol)) if !symbol.is_empty() => bind(dimensions, symbol, fixed)?,
            _ => fixed,
        };
        shape.push(length);
    }
    let usable = shape[0] == 1
        && (1..=MAX_CHANNELS).contains(&shape[1])
        && shape[2..].iter().all(|side| (1..=MAX_SIDE).contains(side));
    if !usable {
        return Err(Refusal::Because(format!(
            "input `{name}` has shape {shape:?} (0 = left open); Bijou runs [1, 1–{MAX_CHANNELS}, 1–{MAX_SIDE}, \
             1–{MAX_SIDE}], with the number of channels fixed in the file"
        )));
    }
    Ok(shape)
}

/// Gives the named dimension a value, the same wherever the name stands.
fn bind(dimensions: &mut BTreeMap<String, usize>, symbol: &str, value: usize) -> Result<usize, Refusal> {
    let bound = *dimensions.entry(symbol.to_owned()).or_insert(value);
    if bound == value {
        return Ok(value);
    }
    Err(Refusal::Because(format!(
        "the dimension `{symbol}` would have to be {bound} and {value} at once; export height and width under \
         different names, or run the network on a square"
    )))
}
