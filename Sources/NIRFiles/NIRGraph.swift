/// A network in the Neuromorphic Intermediate Representation: nodes that compute, and edges along
/// which values pass.
///
/// Source: Pedersen et al., "Neuromorphic intermediate representation: A unified instruction set
/// for interoperable brain-inspired computing", Nature Communications 15, 2024; the Python package
/// nir 1.0.8.
package struct NIRGraph: Equatable, Sendable {
  /// A node with its name.
  package struct NamedNode: Equatable, Sendable {
    /// The name, unique in the graph.
    package let name: String
    /// What it computes.
    package let node: NIRNode

    /// Names a node.
    package init(_ name: String, _ node: NIRNode) {
      self.name = name
      self.node = node
    }
  }

  /// A connection between two nodes.
  package struct Edge: Hashable, Sendable {
    /// The name of the node whose output passes.
    package let source: String
    /// The name of the node that takes it.
    package let target: String

    /// Connects two nodes.
    package init(_ source: String, _ target: String) {
      self.source = source
      self.target = target
    }
  }

  /// The nodes.
  package var nodes: [NamedNode]
  /// The edges.
  package var edges: [Edge]
  /// Texts about the graph, which no simulator interprets.
  package var metadata: [String: String]

  /// Describes a graph.
  package init(nodes: [NamedNode], edges: [Edge], metadata: [String: String] = [:]) {
    self.nodes = nodes
    self.edges = edges
    self.metadata = metadata
  }

  /// A graph in which each node passes its output to the next.
  ///
  /// - Parameters:
  ///   - nodes: The nodes, from the input to the output.
  ///   - metadata: Texts about the graph.
  package init(chain nodes: [NamedNode], metadata: [String: String] = [:]) {
    self.init(
      nodes: nodes, edges: zip(nodes, nodes.dropFirst()).map { Edge($0.name, $1.name) },
      metadata: metadata)
  }
}
