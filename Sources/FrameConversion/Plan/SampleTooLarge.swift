/// Why a conversion fails: T frames of the sensor's pixels are more than a cache or this machine
/// holds.
public struct SampleTooLarge: Error, Equatable {}
