import FileAccess
import Support
import ZipArchives

/// A valid file of `torch.save` with one to four random changes, most of them in its pickle, whose
/// checksum is then made valid again.
struct TorchMutant {
  private(set) var bytes: [UInt8]

  private static let names = ["adam", "sgd", "views"]

  /// Makes the mutant with a number, which is always the same for a seed.
  init(number: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0xD129_0B2A_5C4F_91E3)
    let name = Self.names[Int.random(in: 0..<Self.names.count, using: &generator)]
    var valid = try Fixtures.bytes("torch/\(name).pth")
    guard Int.random(in: 0..<8, using: &generator) > 0 else {
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        Self.change(&valid, using: &generator)
      }
      bytes = valid
      return
    }
    var encoder = ZipEncoder(isCompressed: false)
    // Safe: any byte is a valid UInt8, and the array lives until the end of the call.
    let archive = unsafe valid.span.bytes
    for member in try ZipDirectory(archive).members {
      var content = try member.withContent(in: archive, maximumByteCount: .max) {
        content throws(FileContentError) in content.copied()
      }
      if member.name.hasSuffix("/data.pkl") {
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          Self.change(&content, using: &generator)
        }
      }
      try encoder.add(member.name, content)
    }
    bytes = encoder.encoded()
  }

  private static func change(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
    guard bytes.count > 16 else { return }
    let offset = Int.random(in: 0..<bytes.count, using: &generator)
    let range = offset..<min(bytes.count, offset + Int.random(in: 1...48, using: &generator))
    switch Int.random(in: 0..<9, using: &generator) {
    case 0...1: bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 2: bytes[offset] = UInt8.random(in: 0...255, using: &generator)
    case 3: bytes[offset] = opcodes.randomElement(using: &generator) ?? 0
    case 4: bytes.insert(opcodes.randomElement(using: &generator) ?? 0, at: offset)
    case 5:
      let values: [UInt64] = [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 62, .max, UInt64(bytes.count)]
      let value = values.randomElement(using: &generator) ?? 0
      for index in 0..<min(8, bytes.count - offset) {
        bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
      }
    case 6:
      let content = bytes[range]
      bytes.insert(contentsOf: content, at: Int.random(in: 0..<bytes.count, using: &generator))
    case 7: bytes.removeSubrange(range)
    default: replaceName(in: &bytes, from: offset, using: &generator)
    }
  }

  /// The opcodes of the protocols 0 to 5 that build objects or change the stack.
  private static let opcodes =
    Array("().GJKMNQRX]abcehjqrstu}0128LIFVSPidlop".utf8)
    + [0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x93, 0x94]

  /// Replaces the next name of a module by another.
  private static func replaceName(
    in bytes: inout [UInt8], from offset: Int, using generator: inout SeededGenerator
  ) {
    guard let start = bytes[offset...].firstIndex(of: UInt8(ascii: "c")) else { return }
    let names = [
      "cos\nsystem\n", "cbuiltins\neval\n", "ctorch\nload\n", "ctorch\nDoubleStorage\n",
      "ctorch._utils\n_rebuild_parameter\n", "ccollections\nOrderedDict\n",
      "ctorch\n\u{2028}\u{1B}\n",
    ]
    let end = min(bytes.count, start + Int.random(in: 1...40, using: &generator))
    bytes.replaceSubrange(
      start..<end, with: Array((names.randomElement(using: &generator) ?? "").utf8))
  }
}
