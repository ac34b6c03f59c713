import ClassFolders
internal import EventData
import FrameCache
internal import FrameConversion
import Terminal
internal import Threads

/// What `dvsprep convert` says while it works: what it makes, and what is odd.
///
/// That a cache is being made is only said when it is known that it can be; warnings wait for it.
final class ConversionMessages: @unchecked Sendable {
  private let messages: Messages
  private let lock = Lock()
  // Guarded by `lock`.
  private var announcement: String?
  private var waiting: [String] = []
  private var sensor: (shape: FrameShape, origin: SensorOrigin)?

  init(_ messages: Messages) { self.messages = messages }

  /// Says what is made, when ``start()`` is called.
  func announce(_ text: String) { lock.withLock { announcement = text } }

  /// Writes a warning, or keeps it until it is known whether the work begins.
  func warn(_ text: String) {
    lock.withLock {
      if announcement != nil { waiting.append(text) } else { messages.warn(text) }
    }
  }

  /// Notes which sensor own recordings are of, and who says so.
  func note(_ shape: FrameShape, _ origin: SensorOrigin) {
    lock.withLock { sensor = (shape, origin) }
  }

  /// The work begins.
  func start() {
    lock.withLock {
      guard let text = announcement else { return }
      messages.note(text)
      if let sensor { messages.note("sensor of \(sensor.shape) pixels, \(sensor.origin.words)") }
      writeWaiting()
    }
  }

  /// The work cannot begin: only what is odd is written.
  func giveUp() { lock.withLock { writeWaiting() } }

  private func writeWaiting() {
    announcement = nil
    for text in waiting { messages.warn(text) }
    waiting = []
  }

  /// An error, with a hint where samples are too large for a sensor that was only guessed.
  func explained(_ error: FrameCacheError) -> FrameCacheError {
    guard let sensor = lock.withLock({ sensor }), sensor.origin == .events,
      error.cause is SampleTooLarge
    else { return error }
    return FrameCacheError(
      error.code, error.path, error.place,
      "\(error.detail); the sensor of \(sensor.shape) pixels is only as far as events reach: "
        + "--sensor WIDTHxHEIGHT names it", cause: error.cause)
  }
}

extension SensorOrigin {
  /// Who says so.
  fileprivate var words: String {
    switch self {
    case .named: "as --sensor says"
    case .recordings: "as the recordings name it"
    case .events: "as far as the events reach"
    }
  }
}
