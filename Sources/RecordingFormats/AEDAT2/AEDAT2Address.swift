internal import EventData

/// How addresses are divided into column, row and polarity.
struct AEDAT2Address: Equatable, Sendable {
  /// A bit field: `mask` applies after shifting right by `shift`.
  private struct Field: Equatable {
    let shift: UInt32
    let mask: UInt32
  }

  /// The sensor.
  let sensor: FrameShape

  private let column: Field
  private let row: Field
  private let polarityShift: UInt32
  /// Bit 0 is 1 if the stored bit is 1 for OFF.
  private let polarityInversion: UInt32
  /// Bits that are 0 in the address of a brightness change.
  private let otherBits: UInt32
  /// Of those, the bits that are set in a sample of a picture or of the motion sensor.
  private let sampleBits: UInt32

  private init(
    sensor: FrameShape, column: Field, row: Field, polarityShift: UInt32,
    polarityInversion: UInt32, otherBits: UInt32, sampleBits: UInt32
  ) {
    self.sensor = sensor
    self.column = column
    self.row = row
    self.polarityShift = polarityShift
    self.polarityInversion = polarityInversion
    self.otherBits = otherBits
    self.sampleBits = sampleBits
  }

  /// The recordings of CIFAR10-DVS, as SpikingJelly reads a DVS128: columns and rows exchanged, and
  /// no signals.
  static let cifar10DVS = Self(
    sensor: .dvs128, column: Field(shift: 8, mask: 0x7F), row: Field(shift: 1, mask: 0x7F),
    polarityShift: 0, polarityInversion: 1, otherBits: 0, sampleBits: 0)

  /// A DVS128, as jAER reads it.
  ///
  /// Bits 15 and up: a signal. Bit 0 is 1 for OFF.
  private static let dvs128 = Self(
    sensor: .dvs128, column: Field(shift: 1, mask: 0x7F), row: Field(shift: 8, mask: 0x7F),
    polarityShift: 0, polarityInversion: 1, otherBits: 0xFFFF_8000, sampleBits: 0)

  /// A DAVIS, as jAER reads it.
  ///
  /// Bit 31: a sample. Bit 10: a signal.
  private static func davis(_ sensor: FrameShape) -> Self {
    Self(
      sensor: sensor, column: Field(shift: 12, mask: 0x3FF), row: Field(shift: 22, mask: 0x1FF),
      polarityShift: 11, polarityInversion: 0, otherBits: 0x8000_0400, sampleBits: 0x8000_0000)
  }

  /// The addresses of a camera; `nil` if it is unknown.
  ///
  /// - Parameter chip: The camera's name in jAER; without one, a DVS128 is assumed, for which jAER
  ///   was made first.
  init?(ofChip chip: String?) {
    guard let sensor = chip.map({ FrameShape(ofCamera: $0) }) ?? .dvs128 else { return nil }
    let isDAVIS = chip?.uppercased().hasPrefix("DAVIS") ?? false
    guard isDAVIS || sensor == .dvs128 else { return nil }
    self = isDAVIS ? .davis(sensor) : .dvs128
  }

  /// Whether an address that is not a brightness change is a sample of a picture or of the motion
  /// sensor, rather than a signal from outside.
  func isSample(_ address: UInt32) -> Bool { address & sampleBits != 0 }

  /// Reads an address.
  @inline(__always)
  func meaning(of address: UInt32) -> AddressEvents.Meaning {
    AddressEvents.Meaning(
      data: PolarityEvent.data(
        x: UInt32(truncatingIfNeeded: sensor.width &- 1)
          &- (address &>> column.shift & column.mask),
        y: UInt32(truncatingIfNeeded: sensor.height &- 1) &- (address &>> row.shift & row.mask),
        polarity: address &>> polarityShift ^ polarityInversion),
      unusualBits: address & otherBits)
  }
}
