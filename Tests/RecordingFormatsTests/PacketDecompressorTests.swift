import Support
import Testing

@testable import RecordingFormats

@Suite("Decompression of packets")
struct PacketDecompressorTests {
  /// A frame of LZ4 with three bytes as they are, which states their number.
  ///
  /// The program `lz4` reads it. The last byte of the header is its checksum.
  private static let stated: [UInt8] =
    [0x04, 0x22, 0x4D, 0x18, 0x68, 0x40, 3, 0, 0, 0, 0, 0, 0, 0, 0x87] + block
  /// The same without their number.
  private static let unstated: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82] + block
  private static let block = [3, 0, 0, 0x80] + Array("abc".utf8) + [0, 0, 0, 0]

  @Test("of LZ4 starts anew after a frame that is cut or corrupt")
  func afterErrors() throws {
    let decompressor = PacketDecompressor()
    var content: [UInt8] = []
    func text(_ frame: [UInt8]) throws -> String {
      let count = try frame.withRawSpan { span throws(DecompressionFailure) in
        try decompressor.decompressLZ4(span, into: &content)
      }
      return String(decoding: content[..<count], as: UTF8.self)
    }
    for frame in [Self.stated, Self.unstated] {
      for byteCount in 0..<frame.count {
        #expect(throws: DecompressionFailure.self) { try text(Array(frame.prefix(byteCount))) }
        #expect(try text(Self.unstated) == "abc")
        #expect(try text(Self.stated) == "abc")
      }
    }
    var corrupt = Self.stated
    corrupt[6] = 2
    #expect(throws: DecompressionFailure.self) { try text(corrupt) }
    #expect(try text(Self.unstated) == "abc")
  }
}
