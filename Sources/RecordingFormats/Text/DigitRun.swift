internal import FileAccess

/// The digits at a position of a text, up to eight, and the number that they stand for.
///
/// Eight characters are read as one word, whose bytes are computed with together.
///
/// Source: Daniel Lemire, "Quickly parsing eight digits", 2018.
struct DigitRun: Equatable {
  /// How many digits, at most ``maximumCount``.
  let count: Int
  /// The number that they stand for; 0 without any.
  let value: Int64

  /// The maximum number of digits.
  static let maximumCount = 8

  /// Reads digits.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - position: The offset of the first digit, at most the size of the text.
  @inline(__always)
  init(_ bytes: RawSpan, at position: Int) {
    let left = bytes.byteCount - position
    if left >= 8 {
      self.init(characters: bytes.littleEndian(UInt64.self, at: position))
    } else {
      // What follows the text is not a digit.
      var characters: UInt64 = 0
      for index in 0..<left {
        let character = bytes.littleEndian(UInt8.self, at: position + index)
        characters |= UInt64(character) << UInt64(8 * index)
      }
      self.init(characters: characters)
    }
  }

  /// Reads digits from eight characters, of which the first is in the lowest byte.
  @inline(__always)
  private init(characters: UInt64) {
    // A digit becomes 0 to 9, any other character more. Adding 0x76 sets a byte's top bit if it is
    // 10 or more; what such an addition carries reaches only later characters.
    let digits = characters ^ 0x3030_3030_3030_3030
    let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
    count = others.trailingZeroBitCount / 8
    // The last digit moves to the top byte, and zeros come before the first; without digits, none
    // is left.
    var sums = digits << UInt64(8 * (8 - count))
    // Pairs of digits, of pairs, and of those: the earlier of two is in the lower half.
    sums = (sums &* 10 &+ sums >> 8) & 0x00FF_00FF_00FF_00FF
    sums = (sums &* 100 &+ sums >> 16) & 0x0000_FFFF_0000_FFFF
    sums = (sums &* 10_000 &+ sums >> 32) & 0xFFFF_FFFF
    value = Int64(sums)
  }
}
