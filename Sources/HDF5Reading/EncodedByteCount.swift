/// Bytes in which the library stores numbers up to `limit`, which is at least 1.
func encodedByteCount(_ limit: UInt64) -> Int { (63 - limit.leadingZeroBitCount) / 8 + 1 }
