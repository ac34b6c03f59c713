import HDF5Reading
import Support
import Testing

@testable import FrameCache

@Suite("Chunks")
struct ChunkCodecTests {
  private static func counts(_ maximum: UInt16, _ count: Int) -> [UInt16] {
    var random = SeededGenerator(seed: UInt64(maximum))
    return (0..<count).map { _ in
      UInt8.random(in: 0..<4, using: &random) == 0
        ? UInt16.random(in: 0...maximum, using: &random) : 0
    }
  }

  private static func encoded(_ counts: [UInt16], _ type: ElementType) throws -> [UInt8] {
    var encoder = ChunkEncoder(elementType: type, elementCount: counts.count, level: 3)
    let chunk = encoder.encode(counts[...])
    return try #require(chunk)
  }

  private static func decode(
    _ chunk: [UInt8], _ type: ElementType, count: Int, checksContent: Bool = true
  ) -> (counts: [UInt16], defect: String?) {
    var decoder = ChunkDecoder(
      elementType: type, elementCount: count, checksContent: checksContent)
    var counts: [UInt16] = []
    let defect = unsafe decoder.decode(chunk.span.bytes, into: &counts)
    return (counts, defect)
  }

  @Test(
    "round-trip, at lengths around multiples of a SIMD vector",
    arguments: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 1000, 65_537])
  func roundTrip(count: Int) throws {
    for (type, maximum) in [(ElementType.uint8, UInt16(255)), (.uint16, 65_535)] {
      let counts = Self.counts(maximum, count)
      let chunk = try Self.encoded(counts, type)
      let decoded = Self.decode(chunk, type, count: count)
      #expect(decoded.defect == nil)
      #expect(decoded.counts == counts)
    }
  }

  @Test("of bytes reject a count of 256, and are padded with zeros if counts are few")
  func limits() throws {
    var encoder = ChunkEncoder(elementType: .uint8, elementCount: 10, level: 1)
    let tooLarge = encoder.encode([0, 256, 0])
    #expect(tooLarge == nil)
    let chunk = encoder.encode([255, 1])
    #expect(
      Self.decode(try #require(chunk), .uint8, count: 10).counts == [255, 1]
        + Array(repeating: 0, count: 8))
  }

  @Test("with any bit flipped, or truncated anywhere, are rejected")
  func damage() throws {
    for (type, maximum) in [(ElementType.uint8, UInt16(9)), (.uint16, 999)] {
      let counts = Self.counts(maximum, 300)
      let chunk = try Self.encoded(counts, type)
      var triedCount = 0
      for bit in 0..<(chunk.count * 8) {
        var damaged = chunk
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        for checksContent in [true, false] {
          let decoded = Self.decode(damaged, type, count: 300, checksContent: checksContent)
          #expect(decoded.defect != nil, "bit \(bit)")
        }
        triedCount += 1
      }
      for length in 0..<chunk.count {
        for checksContent in [true, false] {
          let decoded = Self.decode(
            Array(chunk.prefix(length)), type, count: 300, checksContent: checksContent)
          #expect(decoded.defect != nil)
        }
        triedCount += 1
      }
      print("damaged chunks of \(type) tried: \(triedCount)")
    }
  }

  @Test("that declare another size are rejected before anything is decompressed")
  func forgedSize() throws {
    let chunk = try Self.encoded(Self.counts(9, 300), .uint8)
    let defect = Self.decode(chunk, .uint8, count: 301).defect
    #expect(defect == "301 bytes of content expected, 300 declared")
  }

  @Test("with a correct checksum but a damaged Zstandard frame are rejected")
  func forgedChecksum() throws {
    let chunk = try Self.encoded(Self.counts(9, 300), .uint8)
    let frame = chunk.dropLast(4)
    for bit in 0..<(frame.count * 8) {
      var damaged = Array(frame)
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let checksum = unsafe fletcher32(damaged.span.bytes)
      for shift in [0, 8, 16, 24] as [UInt32] {
        damaged.append(UInt8(truncatingIfNeeded: checksum >> shift))
      }
      let decoded = Self.decode(damaged, .uint8, count: 300)
      // Without the content's checksum the result may be anything, but decoding must not trap.
      _ = Self.decode(damaged, .uint8, count: 300, checksContent: false)
      // A few bits of a Zstandard header have no meaning; then the content must be right.
      if decoded.defect == nil { #expect(decoded.counts == Self.counts(9, 300), "bit \(bit)") }
    }
  }

  @Test("have the checksum that HDF5 computes")
  func knownChecksums() {
    func checksum(_ bytes: [UInt8]) -> UInt32 { unsafe fletcher32(bytes.span.bytes) }
    // Computed by hand from the definition: sums of big-endian pairs, with a last odd byte as the
    // high one.
    #expect(checksum([1, 2]) == 0x0102_0102)
    #expect(checksum([1, 2, 3, 4]) == 0x0508_0406)
    #expect(checksum([1, 2, 3]) == 0x0504_0402)
    #expect(checksum(Array(repeating: 0xFF, count: 1000)) == 0xFFFF_FFFF)
  }

  @Test("have the checksum of a plain implementation, at every length and with the largest sums")
  func definedChecksums() {
    func plain(_ bytes: [UInt8]) -> UInt32 {
      var (first, second): (UInt64, UInt64) = (0, 0)
      for index in stride(from: 0, to: bytes.count, by: 2) {
        let low = index + 1 < bytes.count ? UInt64(bytes[index + 1]) : 0
        first += UInt64(bytes[index]) << 8 | low
        second += first
      }
      // A sum that is a multiple of 65 535 gives 65 535, unless all bytes are 0.
      func remainder(_ sum: UInt64) -> UInt32 {
        sum == 0 ? 0 : UInt32((sum - 1) % 65_535 + 1)
      }
      return remainder(second) << 16 | remainder(first)
    }
    var random = SeededGenerator(seed: 9)
    let steps = 32 * 360
    var counts = Array(0...200)
    counts += (steps - 33)...(steps + 33)
    counts += [2 * steps, 70_001]
    for count in counts {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(unsafe fletcher32(bytes.span.bytes) == plain(bytes), "\(count) random bytes")
      for byte in [0, 255] as [UInt8] {
        let bytes = Array(repeating: byte, count: count)
        #expect(unsafe fletcher32(bytes.span.bytes) == plain(bytes), "\(count) times \(byte)")
      }
      // At an unaligned address.
      let rest = unsafe fletcher32(bytes.span.bytes.extracting(droppingFirst: min(1, count)))
      #expect(rest == plain(Array(bytes.dropFirst())))
    }
  }
}
