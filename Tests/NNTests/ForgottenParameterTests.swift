import NN
import Testing

/// Parameters that stand in a module's stored properties, at any depth, but not in `namedParameters`.
func forgottenParameters(in module: any Module) -> [String] {
    let listed = Set(module.namedParameters.map { ObjectIdentifier($0.parameter) })
    return storedParameters(of: module)
        .filter { !listed.contains(ObjectIdentifier($0.parameter)) }
        .map(\.path)
}

private func storedParameters(of value: Any) -> [(path: String, parameter: Parameter)] {
    Mirror(reflecting: value).children.flatMap { child -> [(path: String, parameter: Parameter)] in
        let label = child.label ?? "element"
        if let parameter = child.value as? Parameter { return [(label, parameter)] }
        return storedParameters(of: child.value).map { ("\(label).\($0.path)", $0.parameter) }
    }
}

@Suite struct ForgottenParameterTests {
    @Test(arguments: models.indices)
    func modelsListAllTheyHold(index: Int) throws {
        let model = try models[index].make()
        #expect(forgottenParameters(in: model) == [], "\(models[index].name)")
        #expect(!storedParameters(of: model).isEmpty)
    }

    private struct Scale: Module {
        let used = Parameter([2], .uniform(bound: 1))
        let unused = Parameter([2], .uniform(bound: 1))
        var parameters: KeyValuePairs<String, Parameter> { ["used": used] }
    }

    private struct Network: Module {
        let fc = Linear(inputs: 2, outputs: 2)
        let layers = [Linear(inputs: 2, outputs: 1)]
        let scale = Scale()
        var children: KeyValuePairs<String, any Module> { ["fc": fc, "scale": scale] }
    }

    @Test func forgottenOnesAreFound() {
        let expected = ["layers.element.weight", "layers.element.bias", "scale.unused"]
        #expect(forgottenParameters(in: Network()) == expected)
    }
}
