extension Duration {
  /// The whole duration in nanoseconds.
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}

extension ContinuousClock {
  /// Seconds since an instant.
  package func seconds(since instant: Instant) -> Double {
    Double((now - instant).nanoseconds) * 1e-9
  }
}
