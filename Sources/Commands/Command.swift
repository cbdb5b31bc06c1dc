import Runs
import Training

/// What the command line asks for.
enum Command: Equatable, Sendable {
    case train(TrainOptions)
    case evaluate(EvaluateOptions)
    case predict(PredictOptions)
    case visualize(VisualizeOptions)
    case bench(BenchOptions)
    case launch(LaunchOptions)
    case doctor(DoctorOptions)
    case verify(VerifyOptions)
    case replay(ReplayOptions)
    case checkpoint(CheckpointOptions)
    /// A text for stdout.
    case help(String)
    case version
}
