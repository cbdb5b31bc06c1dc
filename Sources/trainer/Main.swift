import Commands
import Runs

/// The networks of the article, with every command there is.
@main
struct Main {
    static func main() {
        TrainerCommand(name: "trainer", models: .article, recipes: [.seed]).main()
    }
}
