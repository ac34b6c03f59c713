internal import FileAccess

/// The XXH3 hash of counts: two bytes each, in the machine's byte order.
public func countsHash(_ counts: ArraySlice<UInt16>) -> UInt64 {
  var hash = ContentHash()
  // Safe: any two bytes are a valid integer; the span does not outlive the call.
  unsafe hash.update(counts.span.bytes)
  return hash.value
}
