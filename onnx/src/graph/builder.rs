//! The graph under construction: values, nodes, constants, inputs and outputs.

use std::collections::BTreeMap;

use prost::Message;

use crate::error::OnnxError;
use crate::graph::{Dim, Element, TensorShape};
use crate::proto::attribute_proto::AttributeType;
use crate::proto::tensor_shape_proto::{Dimension, dimension};
use crate::proto::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto,
    TypeProto, ValueInfoProto, type_proto,
};

/// The operator set that every graph of the house asks for.
const OPSET: i64 = 18;
/// The version of the file format that goes with [`OPSET`].
const IR_VERSION: i64 = 10;

/// Names one value of a [`GraphBuilder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Var(u32);

#[derive(Debug)]
struct VarInfo {
    name: String,
    element: Element,
    shape: TensorShape,
}

/// One attribute of a node.
pub(crate) enum Attr<'a> {
    Int(&'a str, i64),
    Float(&'a str, f32),
    Ints(&'a str, Vec<i64>),
}

/// Collects nodes and writes the finished model.
///
/// A shape that does not fit is remembered and returned by [`GraphBuilder::finish`], so that the methods that
/// add operators can be chained without a `?` on each.
#[derive(Debug)]
pub struct GraphBuilder {
    float: Element,
    vars: Vec<VarInfo>,
    nodes: Vec<NodeProto>,
    initializers: Vec<TensorProto>,
    constants: BTreeMap<(Element, Vec<usize>, Vec<u8>), Var>,
    inputs: Vec<Var>,
    outputs: Vec<Var>,
    failure: Option<String>,
}

impl GraphBuilder {
    /// Starts an empty graph whose floating-point constants have the type `float`.
    #[must_use]
    pub fn new(float: Element) -> Self {
        Self {
            float,
            vars: Vec::new(),
            nodes: Vec::new(),
            initializers: Vec::new(),
            constants: BTreeMap::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            failure: None,
        }
    }

    /// Returns the floating-point type of the graph.
    #[must_use]
    pub fn float(&self) -> Element {
        self.float
    }

    /// Returns the shape of a value.
    #[must_use]
    pub fn shape(&self, var: Var) -> &TensorShape {
        &self.vars[var.0 as usize].shape
    }

    /// Returns the element type of a value.
    #[must_use]
    pub fn element(&self, var: Var) -> Element {
        self.vars[var.0 as usize].element
    }

    /// Returns how many nodes have been added.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    fn declare(&mut self, name: String, element: Element, shape: TensorShape) -> Var {
        self.vars.push(VarInfo { name, element, shape });
        Var(self.vars.len() as u32 - 1)
    }

    /// Adds an input of the graph.
    pub fn input(&mut self, name: &str, element: Element, shape: TensorShape) -> Var {
        let var = self.declare(name.to_owned(), element, shape);
        self.inputs.push(var);
        var
    }

    /// Makes a value an output of the graph under the given name.
    pub fn output(&mut self, name: &str, var: Var) {
        let (element, shape) = (self.element(var), self.shape(var).clone());
        let out = self.declare(name.to_owned(), element, shape);
        let input = self.vars[var.0 as usize].name.clone();
        self.nodes.push(NodeProto {
            input: vec![input],
            output: vec![name.to_owned()],
            name: Some(format!("output_{name}")),
            op_type: Some("Identity".to_owned()),
            ..NodeProto::default()
        });
        self.outputs.push(out);
    }

    /// Adds a named f32 tensor that the file carries, such as a weight.
    pub fn initializer(&mut self, name: &str, sizes: &[usize], values: &[f32]) -> Var {
        if sizes.iter().product::<usize>() != values.len() {
            self.fail(format!("initializer {name} has {} values for shape {sizes:?}", values.len()));
        }
        let raw = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.push_initializer(name.to_owned(), Element::F32, sizes, raw)
    }

    fn push_initializer(&mut self, name: String, element: Element, sizes: &[usize], raw: Vec<u8>) -> Var {
        self.initializers.push(TensorProto {
            dims: sizes.iter().map(|&s| s as i64).collect(),
            data_type: Some(element.code()),
            name: Some(name.clone()),
            raw_data: Some(raw),
            ..TensorProto::default()
        });
        self.declare(name, element, TensorShape::fixed(sizes))
    }

    /// Returns a constant of the given type; equal constants are stored once.
    pub fn constant(&mut self, element: Element, sizes: &[usize], values: &[f64]) -> Var {
        let raw = element.encode(values);
        let key = (element, sizes.to_vec(), raw);
        if let Some(&var) = self.constants.get(&key) {
            return var;
        }
        let var =
            self.push_initializer(format!("const_{}", self.constants.len()), element, sizes, key.2.clone());
        self.constants.insert(key, var);
        var
    }

    /// Returns a scalar constant of the same type as `like`.
    pub fn scalar(&mut self, like: Var, value: f64) -> Var {
        self.constant(self.element(like), &[], &[value])
    }

    /// Returns a vector of integers, as operators take for shapes, axes and indices.
    pub fn integers(&mut self, values: &[i64]) -> Var {
        let floats: Vec<f64> = values.iter().map(|&v| v as f64).collect();
        self.constant(Element::I64, &[values.len()], &floats)
    }

    /// Remembers the first thing that did not fit.
    pub(crate) fn fail(&mut self, what: String) {
        self.failure.get_or_insert(what);
    }

    /// Adds a node with one output.
    pub(crate) fn node(
        &mut self,
        op: &str,
        ins: &[Var],
        attrs: &[Attr<'_>],
        out: (Element, TensorShape),
    ) -> Var {
        self.nodes(op, ins, attrs, vec![out])[0]
    }

    /// Adds a node with several outputs.
    pub(crate) fn nodes(
        &mut self,
        op: &str,
        ins: &[Var],
        attrs: &[Attr<'_>],
        outs: Vec<(Element, TensorShape)>,
    ) -> Vec<Var> {
        let id = self.nodes.len();
        let label = |i: usize| if i == 0 { format!("{op}_{id}") } else { format!("{op}_{id}_{i}") };
        let outs: Vec<Var> = outs
            .into_iter()
            .enumerate()
            .map(|(i, (element, shape))| self.declare(label(i), element, shape))
            .collect();
        let name = |v: &Var| self.vars[v.0 as usize].name.clone();
        self.nodes.push(NodeProto {
            input: ins.iter().map(name).collect(),
            output: outs.iter().map(name).collect(),
            name: Some(format!("{op}_{id}")),
            op_type: Some(op.to_owned()),
            attribute: attrs.iter().map(attribute).collect(),
            ..NodeProto::default()
        });
        outs
    }

    /// Writes the model.
    ///
    /// # Errors
    /// `Graph` where an operator was given shapes that do not fit.
    pub fn finish(self, name: &str) -> Result<Vec<u8>, OnnxError> {
        if let Some(failure) = self.failure {
            return Err(OnnxError::Graph(failure));
        }
        let info = |v: &Var| value_info(&self.vars[v.0 as usize]);
        let graph = GraphProto {
            name: Some(name.to_owned()),
            input: self.inputs.iter().map(info).collect(),
            output: self.outputs.iter().map(info).collect(),
            node: self.nodes,
            initializer: self.initializers,
            ..GraphProto::default()
        };
        let model = ModelProto {
            ir_version: Some(IR_VERSION),
            opset_import: vec![OperatorSetIdProto { domain: Some(String::new()), version: Some(OPSET) }],
            producer_name: Some("rr-onnx".to_owned()),
            graph: Some(graph),
            ..ModelProto::default()
        };
        Ok(model.encode_to_vec())
    }
}

fn attribute(attr: &Attr<'_>) -> AttributeProto {
    let named = |name: &str, kind: AttributeType| AttributeProto {
        name: Some(name.to_owned()),
        r#type: Some(kind as i32),
        ..AttributeProto::default()
    };
    match attr {
        Attr::Int(name, value) => AttributeProto { i: Some(*value), ..named(name, AttributeType::Int) },
        Attr::Float(name, value) => AttributeProto { f: Some(*value), ..named(name, AttributeType::Float) },
        Attr::Ints(name, values) => {
            AttributeProto { ints: values.clone(), ..named(name, AttributeType::Ints) }
        }
    }
}

fn value_info(var: &VarInfo) -> ValueInfoProto {
    let dim = |d: &Dim| Dimension {
        value: Some(match *d {
            Dim::Fixed(n) => dimension::Value::DimValue(n as i64),
            Dim::Batch(1) => dimension::Value::DimParam("N".to_owned()),
            Dim::Batch(k) => dimension::Value::DimParam(format!("{k}N")),
        }),
        ..Dimension::default()
    };
    let tensor = type_proto::Tensor {
        elem_type: Some(var.element.code()),
        shape: Some(TensorShapeProto { dim: var.shape.0.iter().map(dim).collect() }),
    };
    ValueInfoProto {
        name: Some(var.name.clone()),
        r#type: Some(TypeProto {
            value: Some(type_proto::Value::TensorType(tensor)),
            ..TypeProto::default()
        }),
        ..ValueInfoProto::default()
    }
}
