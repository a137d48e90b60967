import Testing

@testable import DeployKit

struct RegistryChallengeTests {
    @Test
    func `reads what registries answer`() {
        #expect(RegistryChallenge(#"Basic realm="basic-realm""#) == .basic)
        #expect(
            RegistryChallenge(
                #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#
            )
                == .bearer(
                    realm: "https://auth.docker.io/token", service: "registry.docker.io",
                    scope: "repository:a/b:pull,push"))
        #expect(
            RegistryChallenge(#"bearer realm=https://r.example/t, service="with \"marks\"", error="x""#)
                == .bearer(realm: "https://r.example/t", service: #"with "marks""#, scope: nil))
        #expect(RegistryChallenge(#"Bearer service="x""#) == nil)
        #expect(RegistryChallenge("Negotiate") == nil)
        #expect(RegistryChallenge("") == nil)
    }

    @Test
    func `asks the token server for the right to read one repository`() {
        let challenge = RegistryChallenge.bearer(realm: "https://r.example/t", service: "a b", scope: nil)
        #expect(
            challenge.tokenURL(repository: "acme/api")
                == "https://r.example/t?service=a%20b&scope=repository%3Aacme%2Fapi%3Apull")
        let other = RegistryChallenge.bearer(realm: "https://r.example/t?x=1", service: nil, scope: "given")
        #expect(other.tokenURL(repository: "acme/api") == "https://r.example/t?x=1&scope=given")
    }
}
