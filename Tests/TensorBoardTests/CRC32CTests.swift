import Testing

@testable import TensorBoard

@Suite("CRC-32C")
struct CRC32CTests {
  @Test("the examples of RFC 3720, appendix B.4, and the usual check value match")
  func published() {
    #expect(crc32c([UInt8](repeating: 0, count: 32)[...]) == 0x8A91_36AA)
    #expect(crc32c([UInt8](repeating: 0xFF, count: 32)[...]) == 0x62A8_AB43)
    #expect(crc32c((0..<32).map { UInt8($0) }[...]) == 0x46DD_794E)
    #expect(crc32c((0..<32).reversed().map { UInt8($0) }[...]) == 0x113F_DB5C)
    #expect(crc32c(Array("123456789".utf8)[...]) == 0xE306_9283)
    #expect(crc32c([]) == 0)
  }

  @Test("a slice's checksum covers only the slice")
  func slice() {
    #expect(crc32c(Array("xx123456789xx".utf8)[2..<11]) == 0xE306_9283)
  }

  @Test("the mask is that of event files")
  func mask() {
    // The length 24 as TensorBoard's own writer frames it.
    #expect(maskedCRC32C([24, 0, 0, 0, 0, 0, 0, 0]) == 0x224B_7FA3)
  }
}
