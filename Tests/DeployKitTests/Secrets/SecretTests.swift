import DeployKit
import Testing

struct SecretTests {
    @Test func `never prints its text`() {
        let secret = Secret("s3cr3t")
        var dumped = ""
        dump(secret, to: &dumped)
        for rendering in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
            #expect(!rendering.contains("s3cr3t"))
        }
    }
}
