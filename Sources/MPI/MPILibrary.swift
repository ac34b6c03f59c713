internal import Glibc

/// A library of MPI, opened at run time.
struct MPILibrary: Sendable {
  /// Its path, or the name by which the system's loader found it.
  let path: String
  /// What it calls itself, as in `Open MPI v4.1.4`.
  let version: String
  let table: MPITable

  /// Opens the library that the user names, or else the first of the launcher's that is installed.
  ///
  /// - Parameters:
  ///   - named: The library that the user names.
  ///   - launcher: What started this process.
  /// - Throws: ``MPIError`` if it is not there, or none that can be used.
  init(named: String?, for launcher: Launcher) throws(MPIError) {
    var failures: [String] = []
    for path in named.map({ [$0] }) ?? launcher.libraries {
      // Global, since Open MPI opens parts of itself that expect to find the rest of it; it is
      // never closed, so its functions stay valid.
      // Safe: the path is zero-terminated.
      guard let library = unsafe dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
        failures.append(unsafe dlerror().map { unsafe String(cString: $0) } ?? path)
        continue
      }
      let lookup: MPITable.Lookup = { unsafe dlsym(library, $0) }
      do {
        version = unsafe try MPITable.Interface.version(of: lookup)
        table = unsafe try MPITable(MPITable.Interface(of: lookup), lookup)
      } catch {
        throw MPIError("\(path) cannot be used: \(error); set \(Self.variable) to another library")
      }
      self.path = path
      return
    }
    guard let named else {
      throw MPIError(
        "no library of MPI found (\(launcher.libraries.joined(separator: ", "))): install the MPI of "
          + "\(launcher.name), set \(Self.variable) to its library, or use -distributed off")
    }
    throw MPIError(
      "\(Self.variable)=\(named) cannot be opened: \(failures.joined(separator: "; "))")
  }

  /// The environment variable with which users name the library.
  static let variable = "DVSKIT_MPI_LIBRARY"
}
