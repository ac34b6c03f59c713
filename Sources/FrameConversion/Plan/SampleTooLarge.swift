/// Cause of a failed conversion: T frames of the sensor's size exceed a cache's limit or this
/// machine's memory.
public struct SampleTooLarge: Error, Equatable {}
