package import FileAccess

extension NIRGraph {
  /// The nodes from the input to the output, each of which passes its output to the next alone.
  ///
  /// - Throws: ``FileContentError`` with the node that cannot be in it.
  package func chain() throws(FileContentError) -> [NamedNode] {
    var byName: [String: NamedNode] = [:]
    for node in nodes { byName[node.name] = node }
    var next: [String: String] = [:]
    var hasSource: Set<String> = []
    for edge in edges {
      for name in [edge.source, edge.target] where byName[name] == nil {
        throw FileContentError(
          "edge \(printable(edge.source)) → \(printable(edge.target))",
          "two nodes of the graph expected, \(printable(name)) is none")
      }
      guard next.updateValue(edge.target, forKey: edge.source) == nil else {
        throw FileContentError(
          "node \(printable(edge.source))", "one edge to the next node expected, several found")
      }
      guard hasSource.insert(edge.target).inserted else {
        throw FileContentError(
          "node \(printable(edge.target))", "one edge from a node before it expected, several found"
        )
      }
    }
    let inputs = nodes.filter { if case .input = $0.node { true } else { false } }
    guard inputs.count == 1, !hasSource.contains(inputs[0].name) else {
      throw FileContentError(
        "", "one node Input, to which no edge leads, expected, \(inputs.count) such nodes found")
    }
    // It ends: an edge leads to each node at most once, and none to the first.
    var chain = inputs
    while let name = next[chain[chain.count - 1].name], let node = byName[name] {
      chain.append(node)
    }
    guard case .output = chain[chain.count - 1].node else {
      throw FileContentError(
        "node \(printable(chain[chain.count - 1].name))",
        "Output as the last node expected, \(chain[chain.count - 1].node.typeName) found")
    }
    let names = Set(chain.map(\.name))
    if let other = nodes.first(where: { !names.contains($0.name) }) {
      throw FileContentError(
        "node \(printable(other.name))",
        "a chain of nodes from Input to Output expected, this one is not in it")
    }
    return chain
  }
}
