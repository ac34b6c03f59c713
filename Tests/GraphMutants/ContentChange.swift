import Support

/// A change of what a graph's file contains.
enum ContentChange: String, CaseIterable {
  case remove, rename, duplicate, exchange, type, values, extents, size, edges, metadata, nodes

  /// Changes a random object.
  func apply(to content: inout GraphContent, using generator: inout SeededGenerator) {
    guard let path = content.paths.randomElement(using: &generator) else { return }
    switch self {
    case .remove: content.change(path) { items, index in items.remove(at: index) }
    case .rename: content[path].name = HostileText.name(using: &generator)
    case .duplicate:
      let name = content[path].name + "2"
      content.change(path) { items, index in
        items.append(GraphContent.Item(name: name, value: items[index].value))
      }
    case .exchange:
      guard let other = content.paths.randomElement(using: &generator) else { return }
      let (first, second) = (content[path].value, content[other].value)
      content[path].value = second
      // The path may not exist any more in a changed group.
      if content.paths.contains(other) { content[other].value = first }
    case .type: content[path].value = Self.otherType(using: &generator)
    case .values: content[path].value = Self.changed(content[path].value, using: &generator)
    case .extents: content[path].value = Self.reshaped(content[path].value, using: &generator)
    case .size:
      let lengths = [1, 3, 65_536, 1 << 20, 1 << 31, 1 << 40, 1 << 62]
      content[path].value = .uniform(
        1,
        (0..<Int.random(in: 1...8, using: &generator)).map { _ in
          lengths.randomElement(using: &generator) ?? 1
        })
    case .edges: Self.changeEdges(&content, using: &generator)
    case .metadata: Self.changeMetadata(&content, using: &generator)
    case .nodes: Self.addNodes(&content, using: &generator)
    }
  }

  private static func otherType(using generator: inout SeededGenerator) -> GraphContent.Value {
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: .group([])
    case 1: .texts([HostileText.text(using: &generator)], [])
    case 2: .integers([number(using: &generator)], [])
    case 3: .numbers([Float(double(using: &generator))], [1])
    default: .uniform(double(using: &generator), [2, 2])
    }
  }

  private static func changed(
    _ value: GraphContent.Value, using generator: inout SeededGenerator
  ) -> GraphContent.Value {
    switch value {
    case .group(let items): return .group(items.shuffled(using: &generator))
    case .texts(var texts, let extents):
      guard !texts.isEmpty else { return value }
      texts[Int.random(in: 0..<texts.count, using: &generator)] = HostileText.text(
        using: &generator)
      return .texts(texts, extents)
    case .integers(var values, let extents):
      guard !values.isEmpty else { return value }
      values[Int.random(in: 0..<values.count, using: &generator)] = number(using: &generator)
      return .integers(values, extents)
    case .numbers(var values, let extents):
      guard !values.isEmpty else { return value }
      values[Int.random(in: 0..<values.count, using: &generator)] = Float(
        double(using: &generator))
      return .numbers(values, extents)
    case .uniform(_, let extents): return .uniform(double(using: &generator), extents)
    }
  }

  /// The same elements along other axes, or other numbers of elements.
  private static func reshaped(
    _ value: GraphContent.Value, using generator: inout SeededGenerator
  ) -> GraphContent.Value {
    func axes(_ extents: [Int]) -> [Int] {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: extents.reversed()
      case 1: [extents.reduce(1, *)]
      case 2: extents + Array(repeating: 1, count: 32 - min(31, extents.count))
      default: [1] + extents
      }
    }
    let count = [0, 1, 2, 9, 1000].randomElement(using: &generator) ?? 0
    let isKept = Bool.random(using: &generator)
    switch value {
    case .group: return value
    case .texts(let texts, let extents):
      return isKept
        ? .texts(texts, axes(extents))
        : .texts(Array(repeating: texts.first ?? "", count: count), [count])
    case .integers(let values, let extents):
      return isKept
        ? .integers(values, axes(extents))
        : .integers(Array(repeating: values.first ?? 0, count: count), [count])
    case .numbers(let values, let extents):
      return isKept
        ? .numbers(values, axes(extents))
        : .numbers(Array(repeating: values.first ?? 0, count: count), [count])
    case .uniform(let value, let extents):
      return .uniform(value, isKept ? axes(extents) : [count])
    }
  }

  private static func changeEdges(
    _ content: inout GraphContent, using generator: inout SeededGenerator
  ) {
    guard let path = content.paths.first(where: { content.name(of: $0) == "node/edges" }),
      case .texts(var texts, _) = content[path].value, texts.count >= 4, texts.count % 2 == 0
    else { return }
    let edge = 2 * Int.random(in: 0..<texts.count / 2, using: &generator)
    switch Int.random(in: 0..<9, using: &generator) {
    case 0: texts.removeSubrange(edge..<edge + 2)
    case 1: texts += texts[edge..<edge + 2]
    case 2: texts.swapAt(edge, edge + 1)
    case 3: texts += [texts[edge], texts[edge]]
    case 4: texts += [texts[texts.count - 1], texts[0]]
    case 5: texts[edge + 1] = texts[0]
    case 6: texts[edge] = HostileText.name(using: &generator)
    case 7 where texts.allSatisfy({ $0.utf8.count < 100 }):
      texts += (0..<6000).map { _ in texts[edge] }
    default: texts = []
    }
    content[path].value = .texts(texts, [texts.count / 2, 2])
  }

  private static func changeMetadata(
    _ content: inout GraphContent, using generator: inout SeededGenerator
  ) {
    let name = ["dvstrain", "dt", "pool_node", "note"].randomElement(using: &generator) ?? "dt"
    guard let path = content.paths.first(where: { content.name(of: $0) == "node/metadata" }),
      case .group(let items) = content[path].value
    else { return }
    var text = HostileText.text(using: &generator)
    if Bool.random(using: &generator), let old = items.first(where: { $0.name == name }),
      case .texts(let texts, _) = old.value, let found = texts.first
    {
      text = HostileText.withOtherNumber(found, using: &generator)
    }
    content[path].value = .group(
      items.filter { $0.name != name } + [GraphContent.Item(name: name, value: .texts([text], []))])
  }

  private static func addNodes(
    _ content: inout GraphContent, using generator: inout SeededGenerator
  ) {
    guard let path = content.paths.first(where: { content.name(of: $0) == "node/nodes" }),
      case .group(let items) = content[path].value,
      let item = items.randomElement(using: &generator)
    else { return }
    let count = [1, 10, 100, 1001].randomElement(using: &generator) ?? 1
    content[path].value = .group(
      items + (0..<count).map { GraphContent.Item(name: "more\($0)", value: item.value) })
  }

  private static func number(using generator: inout SeededGenerator) -> Int64 {
    let values: [Int64] = [
      0, 1, 2, 3, 7, -1, -2, 255, 65_536, 1 << 31, 1 << 32, 1 << 33, 1 << 62, .max, .min,
    ]
    return values.randomElement(using: &generator) ?? 0
  }

  private static func double(using generator: inout SeededGenerator) -> Double {
    let values = [
      0, -0.0, 1, -1, 0.5, 2, 1e-4, 1e4, 1e-300, 1e30, 1e39, 1e300, .infinity, -.infinity, .nan,
      .leastNonzeroMagnitude, 0.9999999,
    ]
    return values.randomElement(using: &generator) ?? 0
  }
}
