@testable import Figures

/// Decodes the output of ``RangeEncoder``.
struct RangeDecoder: BitCoder {
  private let bytes: [UInt8]
  private var position = 0
  private var code: UInt32 = 0
  private var range = UInt32.max

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    for _ in 0..<4 { readByte() }
  }

  mutating func code(_ bit: Bool, with model: inout AdaptiveBit) -> Bool {
    let bit = narrow(at: (range >> 15) &* model.zeroProbability)
    model.learn(bit)
    return bit
  }

  mutating func codeDirectly(_ bit: Bool) -> Bool { narrow(at: range >> 1) }

  private mutating func narrow(at bound: UInt32) -> Bool {
    let bit = code >= bound
    if bit {
      code &-= bound
      range &-= bound
    } else {
      range = bound
    }
    while range < 1 << 24 {
      range <<= 8
      readByte()
    }
    return bit
  }

  private mutating func readByte() {
    code = code << 8 | UInt32(position < bytes.count ? bytes[position] : 0)
    position += 1
  }
}

extension PackedFrames {
  /// The reduced frames, `[T, 2, height, width]`, as the page's script unpacks them.
  ///
  /// - Parameter bytes: Corrupt bytes to unpack instead of the packed ones.
  func unpacked(from bytes: [UInt8]? = nil) -> [UInt16] {
    var model = FrameModel(width: width, height: height)
    var coder = RangeDecoder(bytes ?? self.bytes)
    var result: [UInt16] = []
    var values = [UInt16](repeating: 0, count: 2 * width * height)
    for _ in 0..<frameCount {
      model.code(&values, with: &coder)
      result.append(contentsOf: values)
    }
    return result
  }
}
