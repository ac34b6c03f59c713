import EventData
import Support
import SystemPackage
import Testing

@testable import RecordingFormats

@Suite("Recordings of CIFAR10-DVS")
struct CIFAR10DVSAddressTests {
  private static let header = Array("#!AER-DAT2.0\r\n# created Thu Dec 04 22:54:21 2014\r\n".utf8)

  private func bigEndian(_ word: UInt32) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
  }

  private func read(
    _ bytes: [UInt8], as format: any RecordingFormat = AEDAT2Format.cifar10DVS
  ) throws(DataSetError) -> [PolarityEvent] {
    try EventFile.events(of: .memory(bytes, path: "a", as: format))
  }

  private func error(_ bytes: [UInt8]) -> String? {
    do throws(DataSetError) {
      _ = try read(bytes)
      return nil
    } catch { return error.description }
  }

  @Test("have x = 127 − row, y = 127 − column and the opposite polarity of every address")
  func allAddresses() throws {
    // Every column, row and polarity; upper bits of all kinds, which jAER takes for signals.
    let addresses = (0..<UInt32(1 << 15)).flatMap { [$0, $0 | ($0 &* 0x9E37_79B1) << 15] }
    let bytes =
      Self.header
      + addresses.enumerated().flatMap { bigEndian($1) + bigEndian(UInt32($0) + 7_000_000) }
    let events = try read(bytes)
    #expect(events.count == addresses.count)
    let isRight = zip(events, addresses).enumerated().allSatisfy { number, pair in
      let (event, address) = pair
      let (column, row) = (Int(address) / 2 % 128, Int(address) / 256 % 128)
      return event
        == PolarityEvent(
          x: 127 - row, y: 127 - column, isOn: address.isMultiple(of: 2),
          timestampMicroseconds: 7_000_000 + Int64(number))
    }
    #expect(isRight)
  }

  @Test("have the columns and rows of jAER's reading exchanged, which files by themselves get")
  func likeJAER() throws {
    let bytes = try Fixtures.bytes("cifar10-dvs/cat/cifar10_cat_5.aedat")
    let file = try EventFile(reading: bytes)
    #expect(file.format == "AEDAT 2.0" && file.sensor == .dvs128)
    #expect(file.warnings.contains { $0.contains("signals, not counted") })
    let exchanged = file.events.map {
      PolarityEvent(
        x: $0.y, y: $0.x, isOn: $0.isOn, timestampMicroseconds: $0.timestampMicroseconds)
    }
    let all = try read(bytes)
    let words = bytes.suffix(all.count * 8)
    let isSignal = all.indices.map { number in
      let address = words.dropFirst(number * 8).prefix(4)
      return address.dropLast(2).contains { $0 > 0 } || address.dropFirst(2).first ?? 0 > 127
    }
    #expect(zip(all, isSignal).filter { !$1 }.map(\.0) == exchanged)
    #expect(isSignal.contains(true))
  }

  @Test("are of a DVS128, whatever the header names, and need no name")
  func camera() throws {
    let event = bigEndian(5 << 8 | 9 << 1) + bigEndian(3)
    for line in ["", "# AEChip: eu.seebetter.ini.chips.davis.DAVIS346B\r\n", "# AEChip: Other\r\n"]
    {
      let bytes = Self.header + Array(line.utf8) + event
      #expect(
        try read(bytes) == [PolarityEvent(x: 122, y: 118, isOn: true, timestampMicroseconds: 3)])
      let contents = RecordingContents.memory(bytes, path: "a", as: AEDAT2Format.cifar10DVS)
      let found = try contents.withBytes { span throws(DataSetError) in
        try AEDAT2Format.cifar10DVS.header(of: span, "a")
      }
      #expect(FrameShape(namedIn: found) == .dvs128 && found.oddities.isEmpty)
    }
  }

  @Test("of another format are refused, with what they are")
  func otherFormat() throws {
    #expect(
      error([0, 0, 0, 1, 0, 0, 0, 2])
        == "a: byte 0: a recording in AEDAT 2.0 expected, other data found")
    #expect(
      error([]) == "a: byte 0: a recording in AEDAT 2.0 expected, an empty file found: copy or "
        + "download it again")
    #expect(
      error(Array("#!AER-DAT3.1\r\n#!END-HEADER\r\n".utf8))?.hasPrefix(
        "a: byte 0: a recording in AEDAT 2.0 expected, an AEDAT 3.1 recording found") == true)
  }

  @Test("that are cut or damaged are refused, or read as the whole events that are there")
  func damage() throws {
    let bytes = Array(try Fixtures.bytes("cifar10-dvs/cat/cifar10_cat_5.aedat").prefix(1200))
    let headerCount = try #require(bytes.firstRange(of: Array("2014\r\n".utf8))).upperBound
    let whole = try read(bytes)
    for count in 0..<bytes.count {
      let prefix = Array(bytes.prefix(count))
      do throws(DataSetError) {
        let events = try read(prefix)
        #expect(events.count == max(0, count - headerCount) / 8 && whole.starts(with: events))
      } catch {
        #expect(count < headerCount && error.path == "a")
      }
    }
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      do throws(DataSetError) {
        let events = try read(changed)
        #expect(events.allSatisfy { (0..<128).contains($0.x) && (0..<128).contains($0.y) })
        if bit / 8 >= headerCount { #expect(events.count == whole.count) }
      } catch { #expect(bit / 8 < headerCount, "\(error)") }
    }
  }
}
