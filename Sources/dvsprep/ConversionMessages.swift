import ClassFolders
internal import EventData
import FrameCache
internal import FrameConversion
import Terminal
internal import Threads

/// Messages of `dvsprep convert`: an announcement of the conversion, then warnings.
///
/// The announcement waits until the work begins, as it may fail before; warnings wait for it.
final class ConversionMessages: @unchecked Sendable {
  private let messages: Messages
  private let lock = Lock()
  // Guarded by `lock`.
  private var announcement: String?
  private var pendingWarnings: [String] = []
  private var sensor: (shape: FrameShape, origin: SensorOrigin)?

  init(_ messages: Messages) { self.messages = messages }

  /// Sets the text that ``start()`` writes.
  func announce(_ text: String) { lock.withLock { announcement = text } }

  /// Writes a warning, after a pending announcement.
  func warn(_ text: String) {
    lock.withLock {
      if announcement != nil { pendingWarnings.append(text) } else { messages.warn(text) }
    }
  }

  /// Records the sensor of own recordings, and how its size is known.
  func note(_ shape: FrameShape, _ origin: SensorOrigin) {
    lock.withLock { sensor = (shape, origin) }
  }

  /// Writes the announcement and pending warnings: the work begins.
  func start() {
    lock.withLock {
      guard let text = announcement else { return }
      messages.note(text)
      if let sensor { messages.note("sensor of \(sensor.shape) pixels, \(sensor.origin.words)") }
      writePendingWarnings()
    }
  }

  /// Discards the announcement and writes pending warnings: the work cannot begin.
  func discardAnnouncement() { lock.withLock { writePendingWarnings() } }

  private func writePendingWarnings() {
    announcement = nil
    for text in pendingWarnings { messages.warn(text) }
    pendingWarnings = []
  }

  /// The error, with a hint where samples are too large for a sensor whose size was only guessed.
  func explained(_ error: FrameCacheError) -> FrameCacheError {
    guard let sensor = lock.withLock({ sensor }), sensor.origin == .events,
      error.cause is SampleTooLarge
    else { return error }
    return FrameCacheError(
      error.code, error.path, error.location,
      "\(error.detail); the sensor size of \(sensor.shape) pixels is only a guess from the events: "
        + "--sensor WIDTHxHEIGHT sets it", cause: error.cause)
  }
}

extension SensorOrigin {
  /// How the sensor's size is known.
  fileprivate var words: String {
    switch self {
    case .named: "from --sensor"
    case .recordings: "from the recordings"
    case .events: "the smallest that contains all valid events"
    }
  }
}
