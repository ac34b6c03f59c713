/// A pickle of hand-written opcodes.
struct PickleBytes {
  private(set) var bytes: [UInt8] = [0x80, 2]

  /// Appends opcodes and operands as they are.
  func raw(_ more: [UInt8]) -> Self {
    var result = self
    result.bytes += more
    return result
  }

  /// Appends opcodes, each a letter.
  func opcodes(_ letters: String) -> Self { raw(Array(letters.utf8)) }

  func global(_ module: String, _ name: String) -> Self { opcodes("c\(module)\n\(name)\n") }

  func text(_ text: String) -> Self {
    let characters = Array(text.utf8)
    let count = UInt32(characters.count)
    return opcodes("X").raw((0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) })
      .raw(characters)
  }

  func integer(_ value: Int32) -> Self {
    opcodes("J").raw((0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
  }

  func integers(_ values: [Int32]) -> Self {
    values.reduce(opcodes("(")) { $0.integer($1) }.opcodes("t")
  }

  /// Pushes a tensor of the storage `0`.
  func tensor(
    _ shape: [Int32], strides: [Int32], offset: Int32 = 0, elementCount: Int32
  ) -> Self {
    global("torch._utils", "_rebuild_tensor_v2").opcodes("((").text("storage")
      .global("torch", "FloatStorage").text("0").text("cpu").integer(elementCount).opcodes("tQ")
      .integer(offset).integers(shape).integers(strides).raw([0x89])
      .global("collections", "OrderedDict").opcodes(")RtR")
  }
}
