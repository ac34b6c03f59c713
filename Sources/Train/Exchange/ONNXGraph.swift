internal import ProtocolBuffers

/// A model of ONNX under construction: a graph of operators, and its constants.
///
/// Source: ONNX 1.13, `onnx.proto` (IR version 8) and operators of version 17.
struct ONNXGraph {
  /// An attribute of an operator.
  enum Attribute {
    case integer(Int)
    case integers([Int])
    case number(Float)
  }

  /// The number of operators.
  private(set) var nodeCount = 0
  private var graph = MessageEncoder()
  private var inputs: [[UInt8]] = []
  private var outputs: [[UInt8]] = []

  private static let irVersion: Int64 = 8
  private static let operatorVersion: Int64 = 17
  private static let floatType: Int64 = 1
  private static let integerType: Int64 = 7

  /// Adds an operator with one output, and returns the output's name.
  @discardableResult
  mutating func add(
    _ type: String, _ operands: [String], _ output: String,
    _ attributes: [(name: String, value: Attribute)] = []
  ) -> String {
    var node = MessageEncoder()
    for operand in operands { node.add(1, bytes: operand.utf8) }
    node.add(2, bytes: output.utf8)
    node.add(3, bytes: output.utf8)
    node.add(4, bytes: type.utf8)
    for (name, value) in attributes {
      var attribute = MessageEncoder()
      attribute.add(1, bytes: name.utf8)
      switch value {
      case .number(let number):
        attribute.add(2, float: number)
        attribute.add(20, integer: 1)
      case .integer(let integer):
        attribute.add(3, integer: Int64(integer))
        attribute.add(20, integer: 2)
      case .integers(let integers):
        for integer in integers { attribute.add(8, integer: Int64(integer)) }
        attribute.add(20, integer: 7)
      }
      node.add(5, bytes: attribute.bytes)
    }
    graph.add(1, bytes: node.bytes)
    nodeCount += 1
    return output
  }

  /// Adds a constant of float32, and returns its name.
  mutating func add(constant name: String, _ values: [Float], shape: [Int]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * values.count)
    for value in values {
      let bits = value.bitPattern
      for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt32(byte)))) }
    }
    return add(constant: name, bytes, type: Self.floatType, shape: shape)
  }

  /// Adds a constant of int64 along one axis, and returns its name.
  mutating func add(constant name: String, integers: [Int64]) -> String {
    let bytes = integers.flatMap { integer in
      (0..<8).map { UInt8(truncatingIfNeeded: integer >> (8 * $0)) }
    }
    return add(constant: name, bytes, type: Self.integerType, shape: [integers.count])
  }

  private mutating func add(
    constant name: String, _ bytes: [UInt8], type: Int64, shape: [Int]
  ) -> String {
    var tensor = MessageEncoder()
    for extent in shape { tensor.add(1, integer: Int64(extent)) }
    tensor.add(2, integer: type)
    tensor.add(8, bytes: name.utf8)
    tensor.add(9, bytes: bytes)
    graph.add(5, bytes: tensor.bytes)
    return name
  }

  /// Adds an input of float32 `[N, shape…]` for any number N of samples, and returns its name.
  mutating func add(input name: String, shape: [Int]) -> String {
    inputs.append(Self.value(name, shape))
    return name
  }

  /// Makes a value of float32 `[N, shape…]` an output.
  mutating func add(output name: String, shape: [Int]) { outputs.append(Self.value(name, shape)) }

  private static func value(_ name: String, _ shape: [Int]) -> [UInt8] {
    var shapeMessage = MessageEncoder()
    var samples = MessageEncoder()
    samples.add(2, bytes: "N".utf8)
    shapeMessage.add(1, bytes: samples.bytes)
    for extent in shape {
      var dimension = MessageEncoder()
      dimension.add(1, integer: Int64(extent))
      shapeMessage.add(1, bytes: dimension.bytes)
    }
    var tensor = MessageEncoder()
    tensor.add(1, integer: floatType)
    tensor.add(2, bytes: shapeMessage.bytes)
    var type = MessageEncoder()
    type.add(1, bytes: tensor.bytes)
    var value = MessageEncoder()
    value.add(1, bytes: name.utf8)
    value.add(2, bytes: type.bytes)
    return value.bytes
  }

  /// The model.
  ///
  /// - Parameters:
  ///   - name: The graph's name.
  ///   - metadata: Texts by name.
  func model(_ name: String, metadata: [(name: String, text: String)]) -> [UInt8] {
    var graph = graph
    graph.add(2, bytes: name.utf8)
    for input in inputs { graph.add(11, bytes: input) }
    for output in outputs { graph.add(12, bytes: output) }
    var operators = MessageEncoder()
    operators.add(1, bytes: "".utf8)
    operators.add(2, integer: Self.operatorVersion)
    var model = MessageEncoder()
    model.add(1, integer: Self.irVersion)
    model.add(2, bytes: "dvstrain".utf8)
    model.add(7, bytes: graph.bytes)
    model.add(8, bytes: operators.bytes)
    for (name, text) in metadata {
      var entry = MessageEncoder()
      entry.add(1, bytes: name.utf8)
      entry.add(2, bytes: text.utf8)
      model.add(14, bytes: entry.bytes)
    }
    return model.bytes
  }
}
