//! A network in ONNX Runtime.
//!
//! Takes a checked graph and its bytes, gives a session on one device that runs them. Inputs are lent to the
//! session without a copy.

use ort::session::{Session, SessionInputValue};
use ort::value::{DynValue, Outlet, TensorRef};
use tract_onnx::prelude::f16;

use super::library::{Library, words};
use super::onnx::Graph;
use super::ports::{Input, Output};
use super::{Cause, Device, Network, Port, Tensor};

impl Library {
    /// A session for `graph`, whose file is `bytes`.
    pub(super) fn load(
        &self,
        bytes: &[u8],
        graph: Graph,
        device: Device,
        threads: usize,
    ) -> Result<(Box<dyn Network>, Vec<Port>), Cause> {
        let mut builder = self.builder(device, threads)?;
        for (symbol, &length) in &graph.dimensions {
            builder = builder
                .with_dimension_override(symbol, i64::try_from(length)?)
                .map_err(words)?;
        }
        let Graph {
            proto,
            inputs,
            outputs,
            ..
        } = graph;
        drop(proto); // the session parses the bytes again
        let session = builder.commit_from_memory(bytes).map_err(words)?;
        let mut network = OnnxRuntime::new(session, &inputs, &outputs)?;
        let shapes = match network.static_outputs() {
            Some(shapes) => shapes,
            // Shapes the engine cannot tell beforehand: run once on zeros and look.
            None => {
                let zeros: Vec<Tensor> = inputs.iter().map(|input| zeros(&input.port.shape)).collect();
                network
                    .run(&zeros)?
                    .into_iter()
                    .map(|tensor| tensor.shape)
                    .collect()
            }
        };
        let ports = outputs.into_iter().zip(shapes).map(|(output, shape)| Port {
            name: output.name,
            shape,
        });
        let ports = ports.collect();
        Ok((Box::new(network), ports))
    }
}

fn zeros(shape: &[usize]) -> Tensor {
    Tensor {
        shape: shape.to_vec(),
        data: vec![0.0; shape.iter().product()],
    }
}

struct OnnxRuntime {
    session: Session,
    half_inputs: Vec<bool>,
    half_outputs: Vec<bool>,
}

impl OnnxRuntime {
    fn new(session: Session, inputs: &[Input], outputs: &[Output]) -> Result<Self, Cause> {
        let same_names = session
            .inputs()
            .iter()
            .map(Outlet::name)
            .eq(inputs.iter().map(|input| &input.port.name))
            && session
                .outputs()
                .iter()
                .map(Outlet::name)
                .eq(outputs.iter().map(|output| &output.name));
        if !same_names {
            return Err("the engine sees other inputs or outputs than the file names".into());
        }
        let half_inputs = inputs.iter().map(|input| input.half).collect();
        let half_outputs = outputs.iter().map(|output| output.half).collect();
        Ok(Self {
            session,
            half_inputs,
            half_outputs,
        })
    }

    /// The outputs' shapes, where the engine knows all of them beforehand.
    fn static_outputs(&self) -> Option<Vec<Vec<usize>>> {
        let shape = |outlet: &Outlet| -> Option<Vec<usize>> {
            outlet
                .dtype()
                .tensor_shape()?
                .iter()
                .map(|&dim| usize::try_from(dim).ok())
                .collect()
        };
        self.session.outputs().iter().map(shape).collect()
    }
}

impl Network for OnnxRuntime {
    fn run(&mut self, inputs: &[Tensor]) -> Result<Vec<Tensor>, Cause> {
        let mut values: Vec<SessionInputValue<'_>> = Vec::with_capacity(inputs.len());
        for (tensor, &half) in inputs.iter().zip(&self.half_inputs) {
            values.push(if half {
                let data: Vec<f16> = tensor.data.iter().copied().map(f16::from_f32).collect();
                ort::value::Tensor::from_array((tensor.shape.clone(), data))
                    .map_err(words)?
                    .into()
            } else {
                TensorRef::from_array_view((tensor.shape.as_slice(), tensor.data.as_slice()))
                    .map_err(words)?
                    .into()
            });
        }
        let outputs = self.session.run(values.as_slice()).map_err(words)?;
        outputs
            .values()
            .zip(&self.half_outputs)
            .map(|(value, &half)| to_f32(&value, half))
            .collect()
    }
}

fn to_f32(value: &DynValue, half: bool) -> Result<Tensor, Cause> {
    let (shape, data) = if half {
        let (shape, data) = value.try_extract_tensor::<f16>().map_err(words)?;
        (shape, data.iter().map(|value| value.to_f32()).collect())
    } else {
        let (shape, data) = value.try_extract_tensor::<f32>().map_err(words)?;
        (shape, data.to_vec())
    };
    let shape = shape
        .iter()
        .map(|&dim| usize::try_from(dim))
        .collect::<Result<_, _>>()?;
    Ok(Tensor { shape, data })
}
