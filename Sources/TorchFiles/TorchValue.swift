package import FileAccess

/// A value of a file of `torch.save`: a dictionary, a list, a number, a text or a tensor.
package struct TorchValue: Sendable {
  private let graph: TorchGraph
  private let index: Int

  init(_ graph: TorchGraph, _ index: Int) {
    self.graph = graph
    self.index = index
  }

  private var object: TorchObject { graph.objects[index] }

  /// Whether it is Python's `None`.
  package var isNone: Bool { if case .none = object { true } else { false } }

  /// The Boolean; `nil` for another value.
  package var flag: Bool? { if case .flag(let value) = object { value } else { nil } }

  /// The integer; `nil` for another value.
  package var integer: Int? { if case .integer(let value) = object { value } else { nil } }

  /// The text; `nil` for another value.
  package var text: String? { if case .text(let value) = object { value } else { nil } }

  /// The tensor; `nil` for another value.
  package var tensor: TorchTensor? {
    if case .tensor(let number) = object { graph.tensors[number] } else { nil }
  }

  /// The number, an integer or floating-point; `nil` for another value.
  package var number: Double? {
    switch object {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The elements of a list or a tuple; `nil` for another value.
  package var elements: [TorchValue]? {
    switch object {
    case .list(let indices), .tuple(let indices): indices.map { TorchValue(graph, Int($0)) }
    default: nil
    }
  }

  /// The keys and values of a dictionary, in order; `nil` for another value.
  package var entries: [(key: TorchValue, value: TorchValue)]? {
    guard case .dictionary(let indices) = object else { return nil }
    return stride(from: 0, to: indices.count, by: 2).map { number in
      (TorchValue(graph, Int(indices[number])), TorchValue(graph, Int(indices[number + 1])))
    }
  }

  /// Whether it is a dictionary.
  package var isDictionary: Bool { if case .dictionary = object { true } else { false } }

  /// What a message calls the value.
  package var words: String {
    switch object {
    case .none: "None"
    case .flag(let value): value ? "True" : "False"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): "'\(printable(value))'"
    case .tuple(let indices): elementWords("a tuple", indices.count)
    case .list(let indices): elementWords("a list", indices.count)
    case .dictionary(let indices): elementWords("a dictionary", indices.count / 2)
    case .global: "a name of Python"
    case .storage: "a storage without a tensor"
    case .tensor(let number): "a tensor of shape \(graph.tensors[number].shape)"
    }
  }

  private func elementWords(_ kind: String, _ count: Int) -> String {
    "\(kind) of \(count) element\(count == 1 ? "" : "s")"
  }

  /// The values of a dictionary by name, in order.
  ///
  /// - Parameter location: Where the dictionary is, for errors.
  /// - Throws: ``FileContentError`` if it is not a dictionary, or a key is not a text or occurs
  ///   twice.
  package func named(_ location: String) throws(FileContentError) -> [(
    name: String, value: TorchValue
  )] {
    guard let entries else {
      throw FileContentError(location, "a dictionary expected, \(words) found")
    }
    var names: Set<String> = []
    var result: [(name: String, value: TorchValue)] = []
    for (key, value) in entries {
      guard let name = key.text else {
        throw FileContentError(location, "a text as key expected, \(key.words) found")
      }
      guard names.insert(name).inserted else {
        throw FileContentError(location, "the key '\(printable(name))' occurs twice")
      }
      result.append((name, value))
    }
    return result
  }
}
