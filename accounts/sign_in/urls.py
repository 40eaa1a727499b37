"""The addresses at which people come in, and of their own account. Of allauth's, those that are used, one by one.

Not routed: any of allauth's ways of signing up, codes by mail, tokens of Google's buttons (a door without our form),
and allauth's old names. What changes how somebody comes in asks once more who it is (`fresh`).
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts.sign_in import google_sign_in, join, my_account, sign_up_page
from accounts.sign_in.reauth_views import fresh
from accounts.sign_in.sessions import end_one

at_the_door = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/signup/", sign_up_page.sign_up, name="account_signup"),  # by invitation: says so
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^accounts/confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/2fa/authenticate/", factors.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/passkeys/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("accounts/google/login/", google_sign_in.login, name="google_login"),
    path("accounts/google/login/callback/", google_sign_in.callback, name="google_callback"),
    path("accounts/google/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("accounts/google/error/", login_not_required(social.login_error), name="socialaccount_login_error"),
    path("join/", join.join_proved, name="join_proved"),
    path("join/<str:token>/", join.join, name="join"),
]
my_own = [
    path("accounts/", my_account.my_account, name="my_account"),
    path("accounts/theme/", my_account.theme, name="my_theme"),
    path("accounts/email/", fresh(account.email), name="account_email"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    # For somebody who has no password: by the link that is mailed.
    path(
        "accounts/password/set/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/2fa/reauthenticate/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/passkeys/reauthenticate/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("accounts/2fa/", RedirectView.as_view(pattern_name="my_account"), name="mfa_index"),
    path("accounts/2fa/app/", fresh(totp.activate_totp), name="mfa_activate_totp"),
    path("accounts/2fa/app/remove/", fresh(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("accounts/2fa/codes/", fresh(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("accounts/2fa/codes/new/", fresh(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("accounts/2fa/codes/file/", fresh(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("accounts/2fa/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("accounts/2fa/passkeys/add/", fresh(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("accounts/2fa/passkeys/<int:pk>/rename/", fresh(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("accounts/2fa/passkeys/<int:pk>/remove/", fresh(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("accounts/google/", fresh(social.connections), name="socialaccount_connections"),
    path("accounts/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("accounts/sessions/<int:pk>/end/", end_one, name="session_end"),
]
urlpatterns = [*at_the_door, *my_own]
