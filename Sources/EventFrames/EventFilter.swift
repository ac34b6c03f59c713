internal import EventData

/// Decides which events are counted.
struct EventFilter: Sendable {
  let shape: FrameShape
  let invalidEvents: InvalidEventPolicy

  func keeps(_ event: PolarityEvent) -> Bool {
    shape.contains(event) && (event.isValid || invalidEvents == .keep)
  }

  /// Whether it keeps every event of a summary.
  func keepsAll(_ summary: PolaritySummary) -> Bool {
    summary.outsideCount == 0 && (summary.invalidCount == 0 || invalidEvents == .keep)
  }
}
