//! What an ONNX file may look like: read and checked before any engine sees it.
//!
//! Takes the bytes of a file, gives the parsed graph with every input's shape fixed. Nothing here follows
//! a path in the file or trusts a size in it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use tract_onnx::pb;
use tract_onnx::prelude::Framework;

use super::Cause;
use super::error::Refusal;
use super::ports::{Input, Output, inputs, output};

/// The most bytes a network's file may have (1 GiB).
pub const MAX_FILE: u64 = 1 << 30;

/// Operators that ONNX Runtime on every device and the embedded engine all run; others are left to the
/// engine, whose refusal then names them.
pub const PORTABLE: [&str; 47] = [
    "Add",
    "AveragePool",
    "BatchNormalization",
    "Cast",
    "Clip",
    "Concat",
    "Constant",
    "ConstantOfShape",
    "Conv",
    "ConvTranspose",
    "DepthToSpace",
    "Div",
    "Dropout",
    "Exp",
    "Flatten",
    "Gather",
    "Gemm",
    "GlobalAveragePool",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "InstanceNormalization",
    "LeakyRelu",
    "MatMul",
    "Max",
    "MaxPool",
    "Min",
    "Mul",
    "PRelu",
    "Pad",
    "Pow",
    "ReduceMean",
    "ReduceSum",
    "Relu",
    "Reshape",
    "Resize",
    "Shape",
    "Sigmoid",
    "Slice",
    "Softmax",
    "Split",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Tanh",
    "Transpose",
    "Unsqueeze",
];

const EXTERNAL: i32 = pb::tensor_proto::DataLocation::External as i32;

/// A graph that passed every check.
pub(super) struct Graph {
    /// The parsed file.
    pub proto: pb::ModelProto,
    /// Inputs without initialisers, in graph order.
    pub inputs: Vec<Input>,
    /// Outputs in graph order.
    pub outputs: Vec<Output>,
    /// Values for the graph's named dynamic dimensions.
    pub dimensions: BTreeMap<String, usize>,
    operators: BTreeSet<String>,
}

impl Graph {
    /// Operators outside [`PORTABLE`].
    pub(super) fn unusual_operators(&self) -> Vec<String> {
        self.operators
            .iter()
            .filter(|op| !PORTABLE.contains(&op.as_str()))
            .cloned()
            .collect()
    }
}

/// What to do about an engine that refuses a graph with these `unusual` operators.
pub(super) fn hint(unusual: &[String]) -> String {
    if unusual.is_empty() {
        return "try the other engine (`--engine`), or export the network again with opset 17".to_owned();
    }
    format!(
        "it uses {}, outside the operators every engine runs; try the other engine (`--engine`), or export it with \
         plain operators (Conv, Resize, Relu, Concat …) and opset 17",
        unusual.join(", ")
    )
}

/// Parses and checks `bytes`; dynamic heights and widths become `size` (`[height, width]`), the batch 1.
pub(super) fn check(bytes: &[u8], size: [usize; 2]) -> Result<Graph, Refusal> {
    let proto = tract_onnx::onnx()
        .proto_model_for_read(&mut &bytes[..])
        .map_err(|error| Refusal::NotOnnx(format!("{error:#}").into()))?;
    let incomplete = |what: &str| Refusal::NotOnnx(Cause::from(format!("the file has no {what}")));
    let graph = proto.graph.as_ref().ok_or_else(|| incomplete("graph"))?;
    if proto.opset_import.is_empty() {
        return Err(incomplete("operator set version"));
    }
    if !proto.functions.is_empty() {
        return Err(Refusal::Because(
            "it carries functions of its own; export it with plain operators (torch.onnx.export with dynamo=False)"
                .to_owned(),
        ));
    }
    let mut operators = BTreeSet::new();
    check_graph(graph, &mut operators)?;
    check_links(graph)?;
    let mut dimensions = BTreeMap::new();
    let inputs = inputs(graph, size, &mut dimensions)?;
    if inputs.is_empty() {
        return Err(incomplete("inputs"));
    }
    let outputs = graph.output.iter().map(output).collect::<Result<Vec<_>, _>>()?;
    if outputs.is_empty() {
        return Err(incomplete("outputs"));
    }
    Ok(Graph {
        inputs,
        outputs,
        dimensions,
        operators,
        proto,
    })
}

/// Refuses foreign operators and data outside the file, in this graph and in those its nodes carry.
fn check_graph(graph: &pb::GraphProto, operators: &mut BTreeSet<String>) -> Result<(), Refusal> {
    if !graph.sparse_initializer.is_empty() {
        return Err("it holds sparse tensors; export it with dense weights"
            .to_owned()
            .into());
    }
    graph.initializer.iter().try_for_each(check_tensor)?;
    for node in &graph.node {
        if !matches!(node.domain.as_str(), "" | "ai.onnx") {
            return Err(Refusal::Because(format!(
                "operator `{}` comes from the domain `{}`; only standard ONNX operators are run: export it without \
                 extensions",
                node.op_type, node.domain
            )));
        }
        operators.insert(node.op_type.clone());
        for attribute in &node.attribute {
            attribute
                .t
                .iter()
                .chain(&attribute.tensors)
                .try_for_each(check_tensor)?;
            if attribute.sparse_tensor.is_some() || !attribute.sparse_tensors.is_empty() {
                return Err("it holds sparse tensors; export it with dense weights"
                    .to_owned()
                    .into());
            }
            for inner in attribute.g.iter().chain(&attribute.graphs) {
                check_graph(inner, operators)?;
            }
        }
    }
    Ok(())
}

/// Refuses external data, and dimensions that promise more values than the file holds (an engine would
/// allocate them).
fn check_tensor(tensor: &pb::TensorProto) -> Result<(), Refusal> {
    if tensor.data_location == Some(EXTERNAL) || !tensor.external_data.is_empty() {
        return Err(Refusal::Because(format!(
            "tensor `{}` lies in another file, which Bijou does not open; save the network as one file \
             (onnx.save with save_as_external_data=False)",
            tensor.name
        )));
    }
    let volume = tensor
        .dims
        .iter()
        .try_fold(1_usize, |volume, &dim| {
            volume.checked_mul(usize::try_from(dim).ok()?)
        })
        .unwrap_or(usize::MAX);
    let held = [
        tensor.raw_data.len().saturating_mul(2), // four-bit types pack two values into a byte
        tensor.float_data.len(),
        tensor.int32_data.len(),
        tensor.string_data.len(),
        tensor.int64_data.len(),
        tensor.double_data.len(),
        tensor.uint64_data.len(),
    ];
    if held.iter().all(|&values| values < volume) {
        return Err(Refusal::NotOnnx(Cause::from(format!(
            "tensor `{}` holds fewer values than its shape {:?} needs",
            tensor.name, tensor.dims
        ))));
    }
    Ok(())
}

/// Refuses a graph in which something is read that nothing earlier produced.
fn check_links(graph: &pb::GraphProto) -> Result<(), Refusal> {
    let mut known: HashSet<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
    known.extend(graph.initializer.iter().map(|tensor| tensor.name.as_str()));
    let missing = |reader: &str, name: &str| {
        Refusal::NotOnnx(Cause::from(format!(
            "{reader} reads `{name}`, which nothing before it produces"
        )))
    };
    for node in &graph.node {
        for name in node.input.iter().filter(|name| !name.is_empty()) {
            if !known.contains(name.as_str()) {
                return Err(missing(&format!("operator `{}`", node.op_type), name));
            }
        }
        known.extend(node.output.iter().map(String::as_str));
    }
    match graph
        .output
        .iter()
        .find(|output| !known.contains(output.name.as_str()))
    {
        Some(output) => Err(missing("the list of outputs", &output.name)),
        None => Ok(()),
    }
}
