internal import EventData

/// How addresses are divided into column, row and polarity.
struct AEDAT2Address: Equatable, Sendable {
  /// Which bits mean what.
  enum Layout: Equatable, Sendable {
    /// A DVS128's, as jAER reads it: 15 bits, and signals above them.
    case dvs128
    /// A DAVIS's, as jAER reads it: 32 bits, some of which tell what an event is.
    case davis
    /// A DVS128's, as SpikingJelly reads CIFAR10-DVS: columns and rows exchanged, and no signals.
    case cifar10DVS
  }

  /// The sensor.
  let sensor: FrameShape
  /// Which bits mean what.
  let layout: Layout

  /// The recordings of CIFAR10-DVS.
  static let cifar10DVS = Self(sensor: .dvs128, layout: .cifar10DVS)

  private init(sensor: FrameShape, layout: Layout) {
    self.sensor = sensor
    self.layout = layout
  }

  /// The addresses of a camera; `nil` if it is unknown.
  ///
  /// - Parameter chip: The camera's name in jAER; without one, a DVS128 is assumed, for which jAER
  ///   was made first.
  init?(ofChip chip: String?) {
    guard let sensor = chip.map({ FrameShape(ofCamera: $0) }) ?? .dvs128 else { return nil }
    let isDAVIS = chip?.uppercased().hasPrefix("DAVIS") ?? false
    guard isDAVIS || sensor == .dvs128 else { return nil }
    self.init(sensor: sensor, layout: isDAVIS ? .davis : .dvs128)
  }

  /// What an address stands for.
  enum Meaning {
    /// A brightness change, as in ``PolarityEvent/data``.
    case polarity(UInt32)
    /// A signal from outside.
    case special
    /// A value of a picture or of the motion sensor.
    case sample
  }

  /// Reads an address.
  @inline(__always)
  func meaning(of address: UInt32) -> Meaning {
    let lastColumn = UInt32(sensor.width - 1)
    let lastRow = UInt32(sensor.height - 1)
    switch layout {
    case .dvs128:
      // Bits 15 and up: a signal. Bit 0 is 1 for OFF.
      if address >> 15 != 0 { return .special }
      return .polarity(
        PolarityEvent.data(
          x: lastColumn &- (address >> 1 & 0x7F), y: lastRow &- (address >> 8 & 0x7F),
          polarity: ~address))
    case .davis:
      // Bit 31: a sample of a picture or of the motion sensor. Bit 10: a signal.
      if address >> 31 == 1 { return .sample }
      if address >> 10 & 1 == 1 { return .special }
      return .polarity(
        PolarityEvent.data(
          x: lastColumn &- (address >> 12 & 0x3FF), y: lastRow &- (address >> 22 & 0x1FF),
          polarity: address >> 11))
    case .cifar10DVS:
      return .polarity(
        PolarityEvent.data(
          x: lastColumn &- (address >> 8 & 0x7F), y: lastRow &- (address >> 1 & 0x7F),
          polarity: ~address))
    }
  }
}
