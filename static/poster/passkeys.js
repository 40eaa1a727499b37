/* What allauth's passkey scripts leave to the page: show the button where passkeys can be used, say what went wrong. */
(function () {
  const words = document.currentScript.dataset
  const usable = Boolean(window.PublicKeyCredential) && window.isSecureContext

  document.addEventListener('DOMContentLoaded', function () {
    document.querySelectorAll('[id^="passkey_"][hidden]:is(button)').forEach(button => { button.hidden = !usable })
    document.querySelectorAll('.passkey-missing').forEach(line => { line.hidden = usable })
  })

  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    const gone = event.detail.exception && event.detail.exception.name === 'NotAllowedError'
    const said = document.createElement('p')
    said.className = 'note passkey-failed'
    said.setAttribute('role', 'alert')
    said.textContent = gone ? words.gone : words.failed
    document.querySelectorAll('.passkey-failed').forEach(line => line.remove())
    document.querySelector('main').append(said)
  })
})()
