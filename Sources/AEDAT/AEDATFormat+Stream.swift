package import EventData
package import SystemPackage

/// Packets of AEDAT 3.1 have a header with their size.
extension AEDATFormat: StreamedFormat {
  /// Whether enough of a stream has arrived to choose the source that is read.
  ///
  /// - Parameters:
  ///   - bytes: What has arrived, from the start of the stream.
  ///   - path: The stream's name, for messages.
  /// - Throws: ``EventData/DataSetError`` with the byte offset, for a defect of the text header.
  package func isSourceChosen(
    in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> Bool {
    do throws(AEDATError) {
      return SourceSelection(of: try TextHeader(parsing: bytes), in: bytes).isFinal
    } catch { throw DataSetError(path, error) }
  }

  /// Locates a packet that has arrived.
  ///
  /// One with padding slots waits for the header after it, which tells whether it has them.
  package func arrivedPacket(
    at byteOffset: Int, in bytes: RawSpan, isEnd: Bool, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    let count = bytes.byteCount
    guard count > byteOffset else { return nil }
    if !isEnd {
      let headerByteCount = PacketHeader.byteCount
      guard count - byteOffset >= headerByteCount else { return nil }
      let header: PacketHeader
      do throws(AEDATError) { header = try PacketHeader(parsing: bytes, at: byteOffset) } catch {
        throw DataSetError(path, error)
      }
      // No overflow: all factors are positive and under 2^31.
      let eventByteCount = Int(header.eventByteCount)
      let bodyByteOffset = byteOffset + headerByteCount
      let numberEnd = bodyByteOffset + eventByteCount * Int(header.eventNumber)
      let capacityEnd = bodyByteOffset + eventByteCount * Int(header.eventCapacity)
      guard count >= numberEnd else { return nil }
      if capacityEnd != numberEnd {
        guard count - numberEnd >= headerByteCount else { return nil }
        if !PacketHeader.isPlausible(in: bytes, at: numberEnd) {
          guard count - capacityEnd >= headerByteCount else { return nil }
        }
      }
    }
    return try packet(at: byteOffset, in: bytes, path)
  }
}
