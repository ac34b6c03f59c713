import ArgumentParser
import Figures
import Terminal

/// How frames are drawn in a terminal.
enum DrawChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, truecolor
  case indexed = "256"
  case plain, none

  /// How to draw; `nil` to draw nothing, as by default where stdout is not a terminal.
  var colouring: TerminalFrames.Colouring? {
    switch self {
    case .truecolor: return .colours(.full)
    case .indexed: return .colours(.indexed)
    case .plain: return .plain
    case .none: return nil
    case .auto:
      guard OutputTerminal.isPresent else { return nil }
      switch OutputTerminal.colours {
      case .none: return .plain
      case .indexed: return .colours(.indexed)
      case .full: return .colours(.full)
      }
    }
  }
}
