//! The embedded engine: tract, pure Rust, needs nothing installed.
//!
//! Takes a checked graph, gives a network on one thread of the CPU. tract is run behind `catch_unwind`: a
//! panic inside it becomes an error about the file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tract_onnx::prelude as tract;
use tract_onnx::prelude::{Datum, InferenceModelExt, IntoRunnable, IntoTValue};
use tract_onnx::tract_hir::infer::InferenceFact;

use super::onnx::Graph;
use super::{Cause, Network, Port, Tensor};

/// Name and version of the engine; a test compares it with Cargo.lock.
pub(super) const VERSION: &str = "tract 0.23.9";

struct Embedded {
    plan: Arc<tract::TypedRunnableModel>,
    half_inputs: Vec<bool>,
}

/// Optimises a graph for the shapes fixed in it.
pub(super) fn load(graph: Graph) -> Result<(Box<dyn Network>, Vec<Port>), Cause> {
    guarded(|| prepare(&graph))
}

fn prepare(graph: &Graph) -> tract::TractResult<(Box<dyn Network>, Vec<Port>)> {
    // Shapes noted in the file may still be dynamic; tract infers them from the fixed inputs instead.
    let reader = tract_onnx::onnx().with_ignore_value_info(true);
    let mut model = reader.parse(&graph.proto, None)?.model;
    for (index, input) in graph.inputs.iter().enumerate() {
        let kind = if input.half {
            tract::f16::datum_type()
        } else {
            f32::datum_type()
        };
        model.set_input_fact(index, InferenceFact::dt_shape(kind, input.port.shape.as_slice()))?;
    }
    let plan = model.into_optimized()?.into_runnable()?;
    let mut outputs = Vec::with_capacity(graph.outputs.len());
    for (index, output) in graph.outputs.iter().enumerate() {
        let fact = plan.model().output_fact(index)?;
        let shape = fact.shape.as_concrete().ok_or_else(|| {
            tract::TractError::msg(format!(
                "the shape of output `{}` depends on the values",
                output.name
            ))
        })?;
        outputs.push(Port {
            name: output.name.clone(),
            shape: shape.to_vec(),
        });
    }
    let half_inputs = graph.inputs.iter().map(|input| input.half).collect();
    Ok((Box::new(Embedded { plan, half_inputs }), outputs))
}

impl Network for Embedded {
    fn run(&mut self, inputs: &[Tensor]) -> Result<Vec<Tensor>, Cause> {
        guarded(|| {
            let mut values = tract::tvec!();
            for (tensor, &half) in inputs.iter().zip(&self.half_inputs) {
                let value = tract::Tensor::from_shape(&tensor.shape, &tensor.data)?;
                let value = if half {
                    value.cast_to::<tract::f16>()?.into_owned()
                } else {
                    value
                };
                values.push(value.into_tvalue());
            }
            self.plan.run(values)?.iter().map(|value| to_f32(value)).collect()
        })
    }
}

fn to_f32(value: &tract::Tensor) -> tract::TractResult<Tensor> {
    let value = value.cast_to::<f32>()?;
    Ok(Tensor {
        shape: value.shape().to_vec(),
        data: value.try_as_plain_ram()?.as_slice::<f32>()?.to_vec(),
    })
}

/// Runs `work`, turning tract's errors and panics into causes.
fn guarded<T>(work: impl FnOnce() -> tract::TractResult<T>) -> Result<T, Cause> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| format!("{error:#}").into()),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().map(String::as_str);
            let words = words
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(format!("the engine stopped unexpectedly: {words}").into())
        }
    }
}
