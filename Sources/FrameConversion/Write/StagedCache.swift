internal import FileAccess
package import FrameCache
package import SystemPackage
package import Threads

/// A cache in a file without a name, which gets its name once it has been read back.
package struct StagedCache: ~Copyable {
  private let staged: StagedFile

  /// Creates the file, empty.
  ///
  /// - Parameter destination: The cache's path; its folder must exist.
  /// - Throws: ``FrameCache/FrameCacheError`` when the folder cannot be written to.
  package init(for destination: FilePath) throws(FrameCacheError) {
    do throws(FileError) { staged = try StagedFile(for: destination) } catch {
      throw FrameCacheError(error)
    }
  }

  /// The path for writing the file before it is published.
  package var pathForWriting: FilePath { staged.pathForWriting }

  /// Decodes the whole file, and checks every checksum and count.
  ///
  /// - Returns: The file's size in bytes.
  /// - Throws: ``FrameCache/FrameCacheError`` with the first defect. It names the destination:
  ///   users do not know the temporary name.
  package func verify(
    threadCount: Int, observer: WorkObserver
  ) throws(FrameCacheError) -> Int {
    do throws(FrameCacheError) {
      let cache = try FrameCache(opening: pathForWriting)
      try CacheVerification(cache, threadCount: threadCount, observer: observer).requireValid()
      return cache.byteCount
    } catch {
      throw FrameCacheError(
        error.code, staged.destination, error.location, error.detail, cause: error.cause)
    }
  }

  /// Gives the file its name.
  ///
  /// - Parameter replacing: Whether it may replace an existing file.
  /// - Throws: ``FrameCache/FrameCacheError``; an existing file then stays.
  package consuming func publish(replacing: Bool) throws(FrameCacheError) {
    do throws(FileError) { try staged.publish(replacing: replacing) } catch {
      throw FrameCacheError(error)
    }
  }
}
